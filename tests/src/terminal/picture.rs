//! Screens as a picture (SVG 1.1): the letters, colours and weights that terminals show. Knows no
//! program.

use std::fmt::Write;

use vt100::{Cell, Color};

use super::screen::Screen;

/// Pixels: a cell's width and height, and the edge of a window.
const WIDE: usize = 8;
const HIGH: usize = 18;
const EDGE: usize = 14;
/// Red, green, yellow, blue, magenta and cyan (SGR 31 to 36), to be read on the background.
const COLOURS: [&str; 6] = ["#f47067", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea"];
const BACKGROUND: &str = "#161b22";
const LETTERS: &str = "#e6edf3";
const DIM: &str = "#8b949e";

/// Letters of one look, and the column in which they begin.
struct Run {
    column: usize,
    text: String,
    width: usize,
    look: String,
}

/// Windows side by side, each with its name. The time at which a row begins is not the recorded
/// one, so that two recordings are alike: it is 09:12, and one minute later every five rows.
pub fn picture(windows: &[(&str, &Screen)]) -> String {
    let rows: Vec<Vec<Vec<Run>>> = windows.iter().map(|(_, screen)| rows(screen)).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or_default() + 2;
    let width = |screen: &Screen| screen.columns() * WIDE + 2 * EDGE;
    let whole: usize = windows.iter().map(|(_, screen)| width(screen) + EDGE).sum();
    let (whole, high) = (whole.saturating_sub(EDGE), count * HIGH + 2 * EDGE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {high}\" width=\"{whole}\" \
         height=\"{high}\" font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', \
         monospace\" font-size=\"13\">\n"
    );
    let mut left = 0;
    for ((name, screen), rows) in windows.iter().zip(&rows) {
        let wide = width(screen);
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" width=\"{wide}\" height=\"{high}\" rx=\"8\" fill=\"{BACKGROUND}\"/>"
        );
        let look = format!("fill=\"{DIM}\"");
        let title = Run { column: 0, text: (*name).into(), width: name.len(), look };
        write_row(&mut svg, left + EDGE, 0, &[title]);
        for (row, runs) in rows.iter().enumerate() {
            write_row(&mut svg, left + EDGE, row + 2, runs);
        }
        left += wide + EDGE;
    }
    svg + "</svg>\n"
}

fn write_row(svg: &mut String, left: usize, row: usize, runs: &[Run]) {
    let y = EDGE + row * HIGH + HIGH * 3 / 4;
    for run in runs {
        let (x, length) = (left + run.column * WIDE, run.width * WIDE);
        let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" xml:space=\"preserve\" {}>{text}\
             </text>",
            run.look
        );
    }
}

/// The rows that are not empty, without those at the end.
fn rows(screen: &Screen) -> Vec<Vec<Run>> {
    let mut rows: Vec<_> = (0..screen.height()).map(|row| runs(screen, row)).collect();
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    for (row, runs) in rows.iter_mut().enumerate() {
        if let Some(run) = runs.first_mut()
            && is_time(&run.text)
        {
            run.text.replace_range(..5, &format!("09:{}", 12 + row / 5));
        }
    }
    rows
}

fn runs(screen: &Screen, row: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.columns() {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.contents().is_empty()) else {
            continue;
        };
        let (look, width) = (look(cell), if cell.is_wide() { 2 } else { 1 });
        match runs.last_mut() {
            Some(run) if run.look == look && run.column + run.width == column => {
                run.text.push_str(cell.contents());
                run.width += width;
            }
            _ => runs.push(Run { column, text: cell.contents().to_owned(), width, look }),
        }
    }
    while let Some(run) = runs.pop() {
        let text = run.text.trim_end();
        if !text.is_empty() {
            let width = run.width - (run.text.len() - text.len());
            runs.push(Run { text: text.to_owned(), width, ..run });
            break;
        }
    }
    runs
}

fn look(cell: &Cell) -> String {
    let colour = match cell.fgcolor() {
        Color::Idx(index @ 1..=6) => COLOURS[usize::from(index) - 1],
        _ if cell.dim() => DIM,
        _ => LETTERS,
    };
    format!("fill=\"{colour}\"{}", if cell.bold() { " font-weight=\"bold\"" } else { "" })
}

fn is_time(text: &str) -> bool {
    matches!(text.as_bytes(), [h, hh, b':', m, mm, ..]
        if [h, hh, m, mm].iter().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_letters_colours_and_a_time_that_is_always_the_same() {
        let drawn = |time: &str| {
            let mut screen = Screen::new(30, 4);
            screen.take(format!("\x1b[2m{time} \x1b[22m\x1b[1;31mred\x1b[0m: a<b\r\n").as_bytes());
            picture(&[("hans", &screen)])
        };
        let svg = drawn("23:59");
        assert_eq!(svg, drawn("00:01"));
        for part in [">09:12", "fill=\"#f47067\" font-weight=\"bold\">red<", ">: a&lt;b<"] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
    }
}
