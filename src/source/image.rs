//! How large an image is, so that a page keeps its place while it loads. Only the beginning of a file is looked at.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes from the start of a file within which its size has to stand: large enough for a photograph's metadata.
const HEAD: u64 = 256 * 1024;

/// Sizes that a page can show, in pixels of CSS.
const SHOWN: std::ops::RangeInclusive<f64> = 1.0..=100_000.0;

/// Width and height in pixels of CSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// The size of a raster image, by its ending; none where it is no image that browsers show, or cannot be read.
pub fn of_file(path: &Path, ending: &str) -> Option<Size> {
    if !matches!(ending, "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "bmp") {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    let size = imagesize::blob_size(&head).ok()?;
    fitting(size.width as f64, size.height as f64)
}

/// The size of an SVG image: its `width` and `height`, else those of its `viewBox`.
pub fn of_svg(text: &str) -> Option<Size> {
    let tag = &text[text.find("<svg")? + "<svg".len()..];
    let tag = &tag[..tag.find('>')?];
    let length = |name| attribute(tag, name).and_then(length);
    let view = attribute(tag, "viewBox").and_then(|text| {
        let numbers: Vec<f64> = text
            .split([' ', ',', '\n', '\t'])
            .filter(|part| !part.is_empty())
            .map_while(|part| part.parse().ok())
            .collect();
        match numbers[..] {
            [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
            _ => None,
        }
    });
    let (width, height) = match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(view)) => (width, width * view.1 / view.0),
        (None, Some(height), Some(view)) => (height * view.0 / view.1, height),
        (None, None, Some(view)) => view,
        _ => return None,
    };
    fitting(width, height)
}

fn fitting(width: f64, height: f64) -> Option<Size> {
    let (width, height) = (width.round(), height.round());
    (SHOWN.contains(&width) && SHOWN.contains(&height)).then_some(Size { width: width as u32, height: height as u32 })
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.match_indices(name).find_map(|(at, _)| {
        tag[..at].ends_with(char::is_whitespace).then_some(())?;
        let rest = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}

/// A length in pixels of CSS; none for one that depends on where it stands.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit = text.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(text.len());
    let pixels = match &text[unit..] {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        _ => return None,
    };
    text[..unit].trim().parse::<f64>().ok().map(|number| number * pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svg_is_as_large_as_it_says_or_as_its_view() {
        let size = |width, height| Some(Size { width, height });
        for (tag, expected) in [
            ("<svg width=\"300\" height='150px' viewBox=\"0 0 1 1\">", size(300, 150)),
            ("<?xml version=\"1.0\"?><svg\n viewBox=\"0 0 760 340\">", size(760, 340)),
            ("<svg width=\"100%\" viewBox=\"0,0,760,340\">", size(760, 340)),
            ("<svg width=\"380\" viewBox=\"0 0 760 340\">", size(380, 170)),
            ("<svg height=\"1in\" viewBox=\"0 0 2 1\">", size(192, 96)),
            ("<svg stroke-width=\"3\" height=\"3\">", None),
            ("<svg width=\"1e99\" height=\"2\">", None),
            ("<svg width=\"-1\" height=\"2\">", None),
            ("<svg viewBox=\"0 0 NaN 4\">", None),
            ("<svg width=\"1", None),
            ("no image", None),
        ] {
            assert_eq!(of_svg(tag), expected, "{tag}");
        }
    }
}
