//! Short names for bytes: the same bytes, the same name, on every machine.

/// Names bytes with 16 hexadecimal digits of their BLAKE3 hash.
pub fn of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
}

/// Names a sequence of byte strings: other limits between them, another name.
pub fn of_all<'b>(parts: impl Iterator<Item = &'b [u8]>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..16].to_string()
}

/// A name that no two byte strings share: 128 bits of their BLAKE3 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Print([u8; 16]);

impl std::fmt::Display for Print {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Names bytes in full.
pub fn print(bytes: &[u8]) -> Print {
    let mut hasher = Hasher::default();
    hasher.0.update(bytes);
    hasher.print()
}

/// Names what is written into it. Parts with limits of their own go in by [`Hasher::part`].
#[derive(Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Adds bytes with their length, so that other limits give another name.
    pub fn part(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds what was named before.
    pub fn named(&mut self, print: Print) {
        self.0.update(&print.0);
    }

    pub fn print(&self) -> Print {
        let mut print = [0; 16];
        print.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Print(print)
    }
}

impl std::io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
