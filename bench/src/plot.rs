//! The results as a picture (SVG 1.1): the cost of one delivered message, server beside server.
//!
//! Every kind of work is a panel with a scale of its own, since they differ a hundredfold; the
//! panels stand in two columns.

use std::fmt::Write;

use crate::findings::Measured;
use crate::kind::Kind;
use crate::rows::Row;

const WIDTH: usize = 920;
const COLUMN: usize = 450;
const MARGIN: usize = 20;
/// Within a column: where bars begin, and how long the longest may be.
const LEFT: usize = 56;
const LONGEST: f64 = 260.0;
/// From one bar to the next, and from one row of bars to the next.
const BAR: usize = 14;
const GAP: usize = 9;
const HEADING: usize = 30;
const BELOW_PANEL: usize = 16;
const TOP: usize = 104;
/// Fewer connections are in the table: two of them measure how fast a machine wakes up.
const CONNECTIONS_MIN: usize = 16;
/// Who is shown, and in which colour.
const SHOWN: [(Kind, &str); 3] =
    [(Kind::Smolchat, "#1a7f37"), (Kind::Ngircd, "#8c959f"), (Kind::Inspircd, "#d4a72c")];
const STYLE: &str = "text{font:12px -apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#424a53}\
    .t{font-size:19px;font-weight:bold;fill:#1f2328}.h{font-size:13px;font-weight:bold;fill:#1f2328}.e{text-anchor:end}.o{font-weight:bold}";

/// The picture of all rows.
pub(crate) fn svg(all: &[Measured]) -> String {
    let is_shown = |row: &Row| row.connections >= CONNECTIONS_MIN && !row.by_ssh;
    let shown = all.iter().filter(|measured| is_shown(&measured.row));
    let shown: Vec<&Measured> = shown.collect();
    let mut body = String::new();
    let mut ends = [TOP; 2];
    for panel in shown.chunk_by(|one, next| one.row.work == next.row.work) {
        let column = usize::from(ends[1] < ends[0]);
        ends[column] = draw_panel(&mut body, panel, MARGIN + column * COLUMN, ends[column]);
    }
    let height = ends[0].max(ends[1]) + MARGIN / 2;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>CPU time that one delivered message costs the server</title>\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\"/>\n\
         <text class=\"t\" x=\"{MARGIN}\" y=\"34\">CPU time that one delivered message costs the server</text>\n\
         <text x=\"{MARGIN}\" y=\"56\">Microseconds for each receiver, shorter is better; in brackets how many times as much as smolchat. Each panel has its own scale.</text>\n\
         {}{body}</svg>\n",
        legend()
    )
}

fn legend() -> String {
    let mut text = String::new();
    for (number, (kind, colour)) in SHOWN.iter().enumerate() {
        let x = MARGIN + 100 * number;
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"70\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"80\">{kind}</text>",
            x + 18
        );
    }
    text
}

/// One kind of work, from `y` down; where the next begins.
fn draw_panel(body: &mut String, panel: &[&Measured], x: usize, mut y: usize) -> usize {
    let figures = panel
        .iter()
        .flat_map(|measured| shown_in(measured).filter_map(|(kind, _)| measured.figure(kind)));
    let most = figures.fold(f64::MIN_POSITIVE, f64::max);
    if let Some(first) = panel.first() {
        let _ = writeln!(
            body,
            "<text class=\"h\" x=\"{x}\" y=\"{}\">{}</text><text class=\"e\" x=\"{}\" y=\"{}\">users</text>",
            y + 12,
            first.row.caption,
            x + LEFT - 8,
            y + HEADING - 4
        );
    }
    y += HEADING;
    for measured in panel {
        y = draw_row(body, measured, most, x, y);
    }
    y + BELOW_PANEL
}

fn shown_in(measured: &Measured) -> impl Iterator<Item = (Kind, &'static str)> {
    SHOWN.into_iter().filter(|(kind, _)| measured.samples.contains_key(kind))
}

/// The bars of one row, from `y` down; where the next begins.
fn draw_row(body: &mut String, measured: &Measured, most: f64, x: usize, mut y: usize) -> usize {
    let middle = y + shown_in(measured).count() * BAR / 2 + 3;
    let (connections, bars) = (measured.row.connections, x + LEFT);
    let _ =
        writeln!(body, "<text class=\"e\" x=\"{}\" y=\"{middle}\">{connections}</text>", bars - 8);
    for (kind, colour) in shown_in(measured) {
        let Some(figure) = measured.figure(kind) else { continue };
        let length = (figure / most * LONGEST).max(1.0);
        let told = label(measured, kind, figure);
        let class = if kind == Kind::Smolchat { " class=\"o\"" } else { "" };
        let _ = writeln!(
            body,
            "<rect x=\"{bars}\" y=\"{y}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/><text{class} x=\"{:.1}\" y=\"{}\">{told}</text>",
            BAR - 2,
            bars as f64 + length + 5.0,
            y + BAR - 4,
        );
        y += BAR;
    }
    y + GAP
}

fn label(measured: &Measured, kind: Kind, figure: f64) -> String {
    let figure = match figure {
        1000.0.. => format!("{:.0} ms", figure / 1000.0),
        100.0.. => format!("{:.1} ms", figure / 1000.0),
        _ => format!("{figure:.2} µs"),
    };
    match measured.ratio(kind) {
        Some(ratio) if kind != Kind::Smolchat && ratio >= 10.0 => format!("{figure} ({ratio:.0}×)"),
        Some(ratio) if kind != Kind::Smolchat => format!("{figure} ({ratio:.1}×)"),
        _ => figure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Sample;
    use crate::rows::rows;

    #[test]
    fn every_server_of_every_row_has_its_bar_and_every_element_its_end() {
        let sample = |figure| Sample { server: figure, p50: 1000.0 * figure, ..Sample::default() };
        let samples = [(Kind::Smolchat, sample(2.0)), (Kind::Inspircd, sample(5.0))];
        let mut asked = rows(&[], &[2, 16, 128], false);
        asked.retain(|row| !row.by_ssh);
        let all: Vec<_> =
            asked.iter().map(|row| Measured { row: *row, samples: samples.into() }).collect();
        let picture = svg(&all);
        let drawn = all.iter().filter(|measured| measured.row.connections > 2).count();
        assert_eq!(picture.matches("(2.5×)").count(), drawn);
        assert_eq!(picture.matches("2.00 µs</text>").count(), drawn - 2);
        assert_eq!(picture.matches("2 ms</text>").count(), 2);
        for element in ["svg", "text", "style", "title"] {
            let (begun, ended) = (format!("<{element}"), format!("</{element}>"));
            assert_eq!(picture.matches(&begun).count(), picture.matches(&ended).count());
        }
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
    }
}
