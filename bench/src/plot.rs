//! The results as a picture (SVG 1.1): what one delivered message costs, server beside server. Touches nothing.

use std::fmt::Write;

use crate::place::Kind;
use crate::table::Measured;

const WIDTH: usize = 900;
/// Where bars begin, and how long the longest may be.
const LEFT: usize = 330;
const LONGEST: f64 = 430.0;
const BAR: usize = 15;
const GAP: usize = 12;
const HEADING: usize = 30;
const TOP: usize = 92;
/// Who is shown, and in which colour; seen on white and on black.
const SHOWN: [(Kind, &str); 3] =
    [(Kind::Smolchat, "#2da44e"), (Kind::Ngircd, "#8b949e"), (Kind::Inspircd, "#bf8700")];

/// The picture of all rows whose figure is CPU time.
pub(crate) fn svg(all: &[Measured]) -> String {
    let mut rows: Vec<&Measured> = all.iter().collect();
    rows.retain(|measured| measured.row.work != "conversation");
    let mut body = String::new();
    let mut y = TOP;
    for group in rows.chunk_by(|one, next| one.row.work == next.row.work) {
        // Each kind of work has a scale of its own: they differ a hundredfold.
        let most = group.iter().flat_map(|measured| measured.samples.values());
        let most = most.map(|sample| sample.server).fold(f64::MIN_POSITIVE, f64::max);
        let words = group[0].row.words;
        let _ = writeln!(body, "<text class=\"h\" x=\"16\" y=\"{}\">{words}</text>", y + 14);
        y += HEADING;
        for measured in group {
            y = draw(&mut body, measured, most, y);
        }
    }
    let height = y + 16;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>CPU time that one delivered message costs the server</title>\n\
         <style>text{{font:13px sans-serif;fill:#57606a}}.t{{font-size:18px;font-weight:bold;fill:#24292f}}.h{{font-weight:bold;fill:#24292f}}.e{{text-anchor:end}}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text class=\"t\" x=\"16\" y=\"28\">CPU time that one delivered message costs the server</text>\n\
         <text x=\"16\" y=\"50\">microseconds, shorter is better; behind it how many times as much as smolchat; every kind of work has its own scale</text>\n\
         {}{body}</svg>\n",
        legend()
    )
}

fn legend() -> String {
    let mut text = String::new();
    for (number, (kind, colour)) in SHOWN.iter().enumerate() {
        let x = 16 + 110 * number;
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"62\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"73\">{kind}</text>",
            x + 18
        );
    }
    text
}

/// The bars of one row, from `y` down; where the next begins.
fn draw(body: &mut String, measured: &Measured, most: f64, mut y: usize) -> usize {
    let shown = SHOWN.iter().filter(|(kind, _)| measured.samples.contains_key(kind)).count();
    let middle = y + shown * BAR / 2 + 5;
    let connections = measured.row.connections;
    let _ = writeln!(
        body,
        "<text class=\"e\" x=\"{}\" y=\"{middle}\">{connections} connections</text>",
        LEFT - 12
    );
    for (kind, colour) in SHOWN {
        let Some(sample) = measured.samples.get(&kind) else { continue };
        let length = (sample.server / most * LONGEST).max(1.0);
        let ratio = match measured.ratio(kind) {
            Some(ratio) if kind != Kind::Smolchat => format!("  ({ratio:.1}×)"),
            _ => String::new(),
        };
        let _ = writeln!(
            body,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{}\">{:.2} µs{ratio}</text>",
            BAR - 3,
            LEFT as f64 + length + 6.0,
            y + BAR - 4,
            sample.server,
        );
        y += BAR;
    }
    y + GAP
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Sample;
    use crate::rows::rows;

    #[test]
    fn every_server_of_every_row_has_its_bar_and_every_element_its_end() {
        let sample = |server| Sample { server, ..Sample::default() };
        let samples = [(Kind::Smolchat, sample(2.0)), (Kind::Inspircd, sample(5.0))];
        let asked = rows(&[], &[16, 128], false);
        let all: Vec<_> =
            asked.iter().map(|row| Measured { row: *row, samples: samples.into() }).collect();
        let picture = svg(&all);
        let drawn = all.iter().filter(|measured| measured.row.work != "conversation").count();
        assert_eq!(picture.matches(" µs").count(), 2 * drawn);
        assert_eq!(picture.matches("(2.5×)").count(), drawn);
        for element in ["svg", "text", "style", "title"] {
            let (begun, ended) = (format!("<{element}"), format!("</{element}>"));
            assert_eq!(picture.matches(&begun).count(), picture.matches(&ended).count());
        }
    }
}
