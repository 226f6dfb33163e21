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
