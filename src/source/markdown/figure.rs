//! Images: their caption, and the size that keeps their place on a page.

use pulldown_cmark_escape::{escape_html, escape_html_body_text};

use crate::source::image::Size;

/// The largest size that an author can ask for, in pixels.
const LARGEST: u32 = 10_000;

/// The size an author asks for, in pixels of CSS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    width: Option<u32>,
    height: Option<u32>,
}

/// Reads what stands right after an image, as in GitLab, Pandoc and MkDocs: `{width=300}`. Gives it and the text after it.
pub fn wish(text: &str) -> Option<(Wish, &str)> {
    let (inside, rest) = text.strip_prefix('{')?.split_once('}')?;
    let mut wish = Wish::default();
    for part in inside.strip_prefix(':').unwrap_or(inside).split_ascii_whitespace() {
        let (name, value) = part.split_once('=')?;
        let value = value.trim_matches('"');
        let pixels = value.strip_suffix("px").unwrap_or(value).parse().ok().filter(|n| (1..=LARGEST).contains(n));
        match name {
            "width" => wish.width = Some(pixels?),
            "height" => wish.height = Some(pixels?),
            _ => return None,
        }
    }
    (wish != Wish::default()).then_some((wish, rest))
}

/// Writes a local image. Its size is what the author asks for, in the image's own proportions, else its own.
pub fn write(out: &mut String, src: &str, alt: &str, title: &str, size: Option<Size>, wish: Wish) {
    // Writing to a string cannot fail.
    out.push_str("<img src=\"");
    let _ = escape_html(&mut *out, src);
    out.push_str("\" alt=\"");
    let _ = escape_html(&mut *out, alt);
    out.push('"');
    let (width, height) = fit(size, wish);
    for (name, pixels) in [("width", width), ("height", height)] {
        if let Some(pixels) = pixels {
            out.push_str(&format!(" {name}=\"{pixels}\""));
        }
    }
    out.push_str(" loading=\"lazy\"");
    if !title.is_empty() {
        out.push_str(" title=\"");
        let _ = escape_html(&mut *out, title);
        out.push('"');
    }
    out.push('>');
}

/// Gives an image that does not stand alone its title.
pub fn with_title(image: &str, title: &str) -> String {
    let mut out = format!("{} title=\"", image.trim_end_matches('>'));
    let _ = escape_html(&mut out, title);
    out.push_str("\">");
    out
}

/// Puts an image that stands alone above its caption.
pub fn with_caption(image: &str, caption: &str) -> String {
    let mut out = format!("<figure>{image}<figcaption>");
    let _ = escape_html_body_text(&mut out, caption);
    out.push_str("</figcaption></figure>\n");
    out
}

fn fit(size: Option<Size>, wish: Wish) -> (Option<u32>, Option<u32>) {
    let Some(size) = size else { return (wish.width, wish.height) };
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let ratio = |wish: Option<u32>, own| wish.map_or(f64::INFINITY, |wish| f64::from(wish) / own);
    let scale = ratio(wish.width, width).min(ratio(wish.height, height));
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let scaled = |own: f64| Some(((own * scale).round() as u32).max(1));
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_as_others_write_it() {
        let both = |width, height| Wish { width, height };
        assert_eq!(wish("{width=300} and on"), Some((both(Some(300), None), " and on")));
        assert_eq!(wish("{: width=\"300\" }"), Some((both(Some(300), None), "")));
        assert_eq!(wish("{width=300px height=20}"), Some((both(Some(300), Some(20)), "")));
        for text in ["{}", "{width=50%}", "{width=0}", "{.wide}", "{width=3", " {width=3}", "{onload=1}"] {
            assert_eq!(wish(text), None, "{text}");
        }
    }

    #[test]
    fn an_image_keeps_its_proportions() {
        let size = Some(Size { width: 400, height: 100 });
        let wish = |width, height| Wish { width, height };
        assert_eq!(fit(size, wish(None, None)), (Some(400), Some(100)));
        assert_eq!(fit(size, wish(Some(200), None)), (Some(200), Some(50)));
        assert_eq!(fit(size, wish(None, Some(10))), (Some(40), Some(10)));
        assert_eq!(fit(size, wish(Some(40), Some(40))), (Some(40), Some(10)));
        assert_eq!(fit(None, wish(Some(40), None)), (Some(40), None));
        assert_eq!(fit(None, wish(None, None)), (None, None));
    }
}
