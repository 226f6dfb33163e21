//! A laid-out diagram as SVG that a page can hold: presentation attributes alone, colours from the theme's tokens, no ids, so
//! that many drawings and any content security policy go together.

use std::fmt::Write;

use pulldown_cmark_escape::escape_html_body_text;
use rusty_mermaid_core::{
    BBox, Color, FontWeight, MarkerPath, MarkerType, PathSegment, Point, Primitive, Scene, Style, TextAnchor,
    TextStyle, Theme, Transform, marker_path, parse_inline_markdown, path_end_tangent, path_start_tangent,
};

/// Room around a drawing, in pixels.
const MARGIN: f64 = 8.0;

/// A drawing that is larger than this in any direction, in pixels, cannot be looked at.
const LARGEST: f64 = 20_000.0;

/// Elements of one drawing.
const MOST: usize = 10_000;

/// The tokens of the style sheet that colours stand for, each with what it is in the built-in theme by day.
const TOKENS: [&str; 10] = [
    "var(--ink,#211e1a)",
    "var(--soft,#5f584d)",
    "var(--paper,#faf9f5)",
    "var(--sheet,#fff)",
    "var(--well,#f2f0e9)",
    "var(--line,#dfdacf)",
    "var(--edge,#8d8577)",
    "var(--accent,#6b2c75)",
    "var(--due,#8a4b00)",
    "var(--due-tint,#fdf1dc)",
];
const INK: u8 = 0;
const SOFT: u8 = 1;
const PAPER: u8 = 2;
const SHEET: u8 = 3;
const WELL: u8 = 4;
const LINE: u8 = 5;
const EDGE: u8 = 6;
const ACCENT: u8 = 7;
const DUE: u8 = 8;
const NOTE: u8 = 9;

/// A colour that stands for a token. It is as light as no text on it has to be made lighter or darker by the layout.
const fn token(number: u8) -> Color {
    Color::rgb(200, 171 + number, 201)
}

/// The colours of a drawing as tokens.
pub fn theme() -> Theme {
    let [ink, soft, paper, sheet, well, line, edge, accent] =
        [INK, SOFT, PAPER, SHEET, WELL, LINE, EDGE, ACCENT].map(token);
    Theme {
        node_fill: sheet,
        node_stroke: accent,
        node_text: ink,
        edge_stroke: soft,
        edge_label_text: ink,
        edge_label_bg: paper,
        start_fill: ink,
        end_inner_fill: ink,
        composite_fill: well,
        composite_stroke: edge,
        composite_label: ink,
        note_fill: token(NOTE),
        note_stroke: token(DUE),
        note_text: ink,
        subgraph_fill: well,
        subgraph_stroke: edge,
        subgraph_label: ink,
        divider_stroke: edge,
        region_stroke: edge,
        lifeline_stroke: edge,
        activation_fill: line,
        activation_stroke: edge,
        grid_stroke: line,
        muted_text: soft,
        face_fill: sheet,
        detail_stroke: soft,
        padding: MARGIN,
        background: paper,
        ..Theme::light()
    }
}

/// Writes a scene, or says why it cannot be shown.
pub fn write(scene: &Scene, name: &str, description: Option<&str>) -> Result<String, String> {
    let mut svg = Svg { out: String::with_capacity(8 * 1024), fills: Vec::new(), seen: Extent::default(), left: MOST };
    for element in scene.elements() {
        svg.primitive(&element.primitive).ok_or_else(|| "it is too large to be shown".to_string())?;
    }
    // What is drawn beside the layout's own frame is shown too.
    let seen = svg.seen.joined(0.0, 0.0).joined(scene.width, scene.height);
    let (width, height) = (seen.right - seen.left + 2.0 * MARGIN, seen.bottom - seen.top + 2.0 * MARGIN);
    if !(width <= LARGEST && height <= LARGEST) {
        return Err("it is too large to be shown".to_string());
    }
    let mut out = String::with_capacity(svg.out.len() + 300);
    let (x, y) = (n(seen.left - MARGIN), n(seen.top - MARGIN));
    let (w, h) = (n(width.ceil()), n(height.ceil()));
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        out,
        "<svg role=\"img\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"{x} {y} {w} {h}\"><title>"
    );
    let _ = escape_html_body_text(&mut out, name);
    out.push_str("</title>");
    if let Some(description) = description {
        out.push_str("<desc>");
        let _ = escape_html_body_text(&mut out, description);
        out.push_str("</desc>");
    }
    out.push_str(&svg.out);
    out.push_str("</svg>");
    Ok(out)
}

struct Svg {
    out: String,
    /// Shapes that the author gave a colour, to choose the colour of what is written on them.
    fills: Vec<(Extent, Color)>,
    seen: Extent,
    left: usize,
}

#[derive(Clone, Copy)]
struct Extent {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY }
    }
}

impl Extent {
    fn joined(self, x: f64, y: f64) -> Self {
        Self { left: self.left.min(x), top: self.top.min(y), right: self.right.max(x), bottom: self.bottom.max(y) }
    }

    fn of(points: impl IntoIterator<Item = Point>) -> Self {
        points.into_iter().fold(Self::default(), |extent, point| extent.joined(point.x, point.y))
    }

    fn around(center: Point, x: f64, y: f64) -> Self {
        Self { left: center.x - x, top: center.y - y, right: center.x + x, bottom: center.y + y }
    }

    fn holds(&self, point: Point) -> bool {
        (self.left..=self.right).contains(&point.x) && (self.top..=self.bottom).contains(&point.y)
    }
}

impl Svg {
    /// None where there is too much, or a number that is none.
    fn primitive(&mut self, primitive: &Primitive) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        match primitive {
            Primitive::Rect { bbox: BBox { x, y, width, height }, rx, style, .. } => {
                let extent = Extent::around(Point::new(*x, *y), width / 2.0, height / 2.0);
                self.extend(extent, style)?;
                let _ = write!(
                    self.out,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
                    n(extent.left),
                    n(extent.top),
                    n(*width),
                    n(*height)
                );
                if *rx > 0.0 {
                    let _ = write!(self.out, " rx=\"{}\"", n(*rx));
                }
                self.finish(style, None);
            }
            Primitive::Circle { center, radius, style } => {
                self.extend(Extent::around(*center, *radius, *radius), style)?;
                let _ = write!(self.out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", n(center.x), n(center.y), n(*radius));
                self.finish(style, None);
            }
            Primitive::Ellipse { center, rx, ry, style } => {
                self.extend(Extent::around(*center, *rx, *ry), style)?;
                let (x, y) = (n(center.x), n(center.y));
                let _ = write!(self.out, "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{}\" ry=\"{}\"", n(*rx), n(*ry));
                self.finish(style, None);
            }
            Primitive::Polygon { points, style } => {
                self.extend(Extent::of(points.iter().copied()), style)?;
                self.polygon(points);
                self.finish(style, None);
            }
            Primitive::Path { segments, style, marker_start, marker_end } => {
                self.extend(Extent::of(segments.iter().flat_map(points)), style)?;
                self.path(segments);
                self.finish(style, Some(INK_OF_EDGES));
                let ends = [
                    marker_start.and_then(|marker| path_start_tangent(segments).map(|end| (marker, end))),
                    marker_end.and_then(|marker| path_end_tangent(segments).map(|end| (marker, end))),
                ];
                for (marker, (tip, angle)) in ends.into_iter().flatten() {
                    self.marker(marker, tip, angle, style)?;
                }
            }
            Primitive::Text { position, content, anchor, style } => self.text(*position, content, *anchor, style)?,
            Primitive::Group { transform, children } => {
                let _ = match transform {
                    Transform::Identity => write!(self.out, "<g>"),
                    Transform::Translate(x, y) => write!(self.out, "<g transform=\"translate({} {})\">", n(*x), n(*y)),
                    Transform::Scale(x, y) => write!(self.out, "<g transform=\"scale({} {})\">", n(*x), n(*y)),
                    Transform::Rotate { degrees, cx, cy } => {
                        write!(self.out, "<g transform=\"rotate({} {} {})\">", n(*degrees), n(*cx), n(*cy))
                    }
                };
                children.iter().try_for_each(|child| self.primitive(child))?;
                self.out.push_str("</g>");
            }
            Primitive::Arc { center, outer_r, start_angle, end_angle, style, .. } => {
                let at = |angle: f64| Point::new(center.x + outer_r * angle.cos(), center.y + outer_r * angle.sin());
                let (from, to) = (at(*start_angle), at(*end_angle));
                self.extend(Extent::around(*center, *outer_r, *outer_r), style)?;
                let large = u8::from((end_angle - start_angle).abs() > std::f64::consts::PI);
                let radius = n(*outer_r);
                let _ = write!(
                    self.out,
                    "<path d=\"M{} {}A{radius} {radius} 0 {large} 1 {} {}\"",
                    n(from.x),
                    n(from.y),
                    n(to.x),
                    n(to.y)
                );
                self.finish(style, Some(INK_OF_EDGES));
            }
        }
        Some(())
    }

    /// Notes where a shape is.
    fn extend(&mut self, extent: Extent, style: &Style) -> Option<()> {
        let Extent { left, top, right, bottom } = extent;
        // Nothing, as of an empty path.
        if left > right {
            return Some(());
        }
        [left, top, right, bottom].iter().all(|number| number.is_finite()).then_some(())?;
        self.seen = self.seen.joined(left, top).joined(right, bottom);
        if let Some(fill) = style.fill.filter(|fill| is_token(*fill).is_none() && fill.a > 0) {
            self.fills.push((extent, fill));
        }
        Some(())
    }

    fn polygon(&mut self, points: &[Point]) {
        self.out.push_str("<polygon points=\"");
        for (at, point) in points.iter().enumerate() {
            let _ = write!(self.out, "{}{} {}", if at > 0 { " " } else { "" }, n(point.x), n(point.y));
        }
        self.out.push('"');
    }

    fn path(&mut self, segments: &[PathSegment]) {
        self.out.push_str("<path d=\"");
        for segment in segments {
            let _ = match segment {
                PathSegment::MoveTo(to) => write!(self.out, "M{} {}", n(to.x), n(to.y)),
                PathSegment::LineTo(to) => write!(self.out, "L{} {}", n(to.x), n(to.y)),
                PathSegment::CubicTo { cp1, cp2, to } => {
                    write!(self.out, "C{} {} {} {} {} {}", n(cp1.x), n(cp1.y), n(cp2.x), n(cp2.y), n(to.x), n(to.y))
                }
                PathSegment::QuadTo { cp, to } => {
                    write!(self.out, "Q{} {} {} {}", n(cp.x), n(cp.y), n(to.x), n(to.y))
                }
                PathSegment::ArcTo { rx, ry, rotation, large_arc, sweep, to } => write!(
                    self.out,
                    "A{} {} {} {} {} {} {}",
                    n(*rx),
                    n(*ry),
                    n(*rotation),
                    u8::from(*large_arc),
                    u8::from(*sweep),
                    n(to.x),
                    n(to.y)
                ),
                PathSegment::Close => write!(self.out, "Z"),
            };
        }
        self.out.push('"');
    }

    /// The end of a shape's tag. `stroke` is drawn where the style says nothing.
    fn finish(&mut self, style: &Style, stroke: Option<u8>) {
        self.colour("fill", style.fill.unwrap_or(Color::TRANSPARENT));
        let bare = style.stroke.is_none() && style.stroke_width.is_none();
        if let Some(stroke) = style.stroke.or_else(|| stroke.filter(|_| bare || style.fill.is_none()).map(token)) {
            self.colour("stroke", stroke);
            let _ = write!(self.out, " stroke-width=\"{}\"", n(style.stroke_width.unwrap_or(1.5)));
        }
        if let Some(dashes) = &style.stroke_dasharray {
            let dashes: Vec<String> = dashes.iter().map(|dash| n(*dash)).collect();
            let _ = write!(self.out, " stroke-dasharray=\"{}\"", dashes.join(" "));
        }
        if let Some(opacity) = style.opacity {
            let _ = write!(self.out, " opacity=\"{}\"", n(opacity));
        }
        self.out.push_str("/>");
    }

    fn colour(&mut self, attribute: &str, colour: Color) {
        let _ = match is_token(colour) {
            _ if colour.a == 0 => write!(self.out, " {attribute}=\"none\""),
            Some(token) => write!(self.out, " {attribute}=\"{token}\""),
            None => write!(self.out, " {attribute}=\"#{:02x}{:02x}{:02x}\"", colour.r, colour.g, colour.b),
        };
        if (1..255).contains(&colour.a) {
            let _ = write!(self.out, " {attribute}-opacity=\"{}\"", n(f64::from(colour.a) / 255.0));
        }
    }

    /// The head of an arrow, drawn where it stands: a marker would need an id.
    fn marker(&mut self, marker: MarkerType, tip: Point, angle: f64, style: &Style) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let colour = style.stroke.unwrap_or(token(INK_OF_EDGES));
        let stroked = |width| Style { stroke: Some(colour), stroke_width: Some(width), ..Style::default() };
        match marker_path(marker, tip, angle, style.stroke_width.unwrap_or(1.5).clamp(0.5, 3.0)) {
            MarkerPath::FillPolygon { points } => {
                self.polygon(&points);
                self.finish(&Style { fill: Some(colour), ..Style::default() }, None);
            }
            MarkerPath::FillAndStrokePolygon { points, stroke_width, fill_is_marker_color } => {
                self.polygon(&points);
                let fill = if fill_is_marker_color { colour } else { token(PAPER) };
                self.finish(&Style { fill: Some(fill), ..stroked(stroke_width) }, None);
            }
            MarkerPath::StrokePolyline { points, width, closed } => {
                let mut segments: Vec<PathSegment> = points.iter().map(|point| PathSegment::LineTo(*point)).collect();
                if let Some(first) = segments.first_mut() {
                    *first = PathSegment::MoveTo(points[0]);
                }
                segments.extend(closed.then_some(PathSegment::Close));
                self.path(&segments);
                self.finish(&stroked(width), None);
            }
            MarkerPath::FillCircle { center, radius } => {
                let _ = write!(self.out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", n(center.x), n(center.y), n(radius));
                self.finish(&Style { fill: Some(colour), ..Style::default() }, None);
            }
            MarkerPath::StrokeCurves { curves, width } => {
                for [from, control, to] in curves {
                    self.path(&[PathSegment::MoveTo(from), PathSegment::QuadTo { cp: control, to }]);
                    self.finish(&stroked(width), None);
                }
            }
        }
        Some(())
    }

    fn text(&mut self, at: Point, content: &str, anchor: TextAnchor, style: &TextStyle) -> Option<()> {
        let lines: Vec<&str> = breaks(content);
        let size = style.font_size.clamp(8.0, 40.0);
        let height = size * 1.2;
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f64 * size * 0.6;
        let (before, after) = match anchor {
            TextAnchor::Start => (0.0, longest),
            TextAnchor::Middle => (longest / 2.0, longest / 2.0),
            TextAnchor::End => (longest, 0.0),
        };
        let half = height * lines.len() as f64 / 2.0;
        let extent = Extent { left: at.x - before, top: at.y - half, right: at.x + after, bottom: at.y + half };
        self.extend(extent, &Style::default())?;
        let anchor = match anchor {
            TextAnchor::Start => "",
            TextAnchor::Middle => " text-anchor=\"middle\"",
            TextAnchor::End => " text-anchor=\"end\"",
        };
        let weight = if style.font_weight == FontWeight::Bold { " font-weight=\"650\"" } else { "" };
        let mut colour = style.fill.unwrap_or(token(INK));
        // What is written on a colour of the author's has to be read by day and by night.
        if is_token(colour).is_some()
            && let Some((_, fill)) = self.fills.iter().rev().find(|(extent, _)| extent.holds(at))
        {
            colour = if fill.luminance() > 0.18 { Color::BLACK } else { Color::WHITE };
        }
        for (line, words) in lines.iter().enumerate() {
            // A third of its size below the middle, a line's letters stand in the middle.
            let y = at.y + height * (line as f64 - (lines.len() as f64 - 1.0) / 2.0) + size * 0.35;
            let _ =
                write!(self.out, "<text x=\"{}\" y=\"{}\"{anchor} font-size=\"{}\"{weight}", n(at.x), n(y), n(size));
            self.colour("fill", colour);
            self.out.push('>');
            match parse_inline_markdown(words) {
                Some(spans) => {
                    for span in spans {
                        let weight = if span.bold { " font-weight=\"650\"" } else { "" };
                        let slant = if span.italic { " font-style=\"italic\"" } else { "" };
                        let _ = write!(self.out, "<tspan{weight}{slant}>");
                        let _ = escape_html_body_text(&mut self.out, &span.text);
                        self.out.push_str("</tspan>");
                    }
                }
                None => {
                    let _ = escape_html_body_text(&mut self.out, words);
                }
            }
            self.out.push_str("</text>");
        }
        Some(())
    }
}

/// The colour of connections.
const INK_OF_EDGES: u8 = SOFT;

/// The token a colour stands for.
fn is_token(colour: Color) -> Option<&'static str> {
    let number = colour.g.checked_sub(171)?;
    TOKENS.get(usize::from(number)).filter(|_| colour.r == 200 && colour.b == 201).copied()
}

/// The lines of a label, at `<br>` in its forms and at line ends.
fn breaks(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(at) = rest.find("<br") {
            let after = rest[at + 3..].trim_start_matches([' ', '/']);
            let Some(after) = after.strip_prefix('>') else { break };
            lines.push(rest[..at].trim());
            rest = after;
        }
        lines.push(rest.trim());
    }
    lines
}

/// The points that a segment passes or is drawn to.
fn points(segment: &PathSegment) -> Vec<Point> {
    match segment {
        PathSegment::MoveTo(to) | PathSegment::LineTo(to) | PathSegment::ArcTo { to, .. } => vec![*to],
        PathSegment::CubicTo { cp1, cp2, to } => vec![*cp1, *cp2, *to],
        PathSegment::QuadTo { cp, to } => vec![*cp, *to],
        PathSegment::Close => Vec::new(),
    }
}

/// A number with at most one digit after the point.
fn n(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_string()
}
