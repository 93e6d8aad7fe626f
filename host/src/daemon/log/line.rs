//! An event as text: a line of `key=value` for people and programs, or a record for the journal.
//! Whatever comes from outside stays one value on one line, and commands no terminal.
//! Knows no stream.

use std::fmt::{self, Write};

use jiff::Timestamp;
use smolchat_core::protocol::Class;

use super::events::{EventForm, Field};
use super::level::Level;

/// The longest line, and the longest value in it. What is longer is cut.
pub(super) const LINE: usize = 1024;
const VALUE: usize = 768;
/// The longest record: the line, and every value once more with the names of the journal.
pub(super) const RECORD: usize = 3 * 1024;
/// Behind each record. No record holds it.
pub(super) const RECORD_END: u8 = 0;

/// A value of an event.
pub(crate) type Value<'a> = (Field, &'a dyn fmt::Display);

/// A line for a stream, with its end: when, how much it matters, what happened.
pub(super) fn timed(
    at: Timestamp,
    level: Level,
    form: &EventForm,
    values: &[Value<'_>],
) -> heapless::String<LINE> {
    let mut line = heapless::String::new();
    let mut room = Cut(&mut line, LINE - 1);
    // What does not fit is cut.
    let _ = write!(room, "{at:.3} {level} ").and_then(|()| words(&mut room, form, values));
    let _ = line.push('\n');
    line
}

/// A record for the journal: fields, a line for each, and [`RECORD_END`]. The journal adds the
/// time.
pub(super) fn record(
    level: Level,
    form: &EventForm,
    values: &[Value<'_>],
) -> heapless::String<RECORD> {
    let mut record = heapless::String::new();
    let mut room = Cut(&mut record, RECORD - 2);
    let _ = fields(&mut room, level, form, values);
    // A field that does not fit as a whole is left out.
    record.truncate(record.rfind('\n').map_or(0, |end| end + 1));
    let _ = record.push(RECORD_END.into());
    record
}

fn fields(
    out: &mut impl Write,
    level: Level,
    form: &EventForm,
    values: &[Value<'_>],
) -> fmt::Result {
    write!(out, "PRIORITY={}\nMESSAGE=", level.priority())?;
    let mut message = heapless::String::<LINE>::new();
    let _ = words(&mut Cut(&mut message, LINE), form, values);
    write!(out, "{message}\nSYSLOG_IDENTIFIER=smolchatd\nSMOLCHAT_EVENT={}\n", form.name)?;
    for (field, value) in values {
        write!(out, "{}=", field.journal_name())?;
        Visible(out).write_str(&written(value))?;
        out.write_char('\n')?;
    }
    Ok(())
}

/// The event's name and its values.
fn words(out: &mut impl Write, form: &EventForm, values: &[Value<'_>]) -> fmt::Result {
    out.write_str(form.name)?;
    for (field, value) in values {
        write!(out, " {}=", field.name())?;
        quoted(out, &written(value))?;
    }
    Ok(())
}

/// A value as text, cut if it is too long.
fn written(value: &dyn fmt::Display) -> heapless::String<VALUE> {
    let mut text = heapless::String::new();
    let _ = write!(Cut(&mut text, VALUE), "{value}");
    text
}

/// A value, in quotes if a reader could not tell otherwise where it ends.
fn quoted(out: &mut impl Write, text: &str) -> fmt::Result {
    let is_plain = |c: char| !" \"=\\".contains(c) && Class::of(c).is_none();
    if !text.is_empty() && text.chars().all(is_plain) {
        return out.write_str(text);
    }
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            _ => Visible(out).write_char(c)?,
        }
    }
    out.write_char('"')
}

/// Writes what is simply printed as it is, and names all other characters. So nothing ends the
/// line, turns the direction of reading, or hides.
struct Visible<'a, W>(&'a mut W);

impl<W: Write> Write for Visible<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match Class::of(c) {
                // They are letters of their scripts.
                None | Some(Class::Mark | Class::Sign) => self.0.write_char(c)?,
                Some(_) => write!(self.0, "\\u{{{:x}}}", u32::from(c))?,
            }
        }
        Ok(())
    }
}

/// Writes up to so many bytes, whole characters, and leaves out the rest.
struct Cut<'a, const N: usize>(&'a mut heapless::String<N>, usize);

impl<const N: usize> Write for Cut<'_, N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.1.min(N).saturating_sub(self.0.len());
        let end = text.floor_char_boundary(room);
        self.0.push_str(&text[..end]).map_err(|_| fmt::Error)?;
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::EventKind;
    use super::*;

    const AT: i64 = 1_796_069_703_120;

    fn line(kind: EventKind, values: &[Value<'_>]) -> String {
        let at = Timestamp::from_millisecond(AT).unwrap();
        timed(at, kind.form().level, kind.form(), values).as_str().to_owned()
    }

    #[test]
    fn a_line_has_the_time_the_level_and_the_values() {
        let values: &[Value<'_>] =
            &[(Field::User, &"hans"), (Field::From, &"192.168.69.2"), (Field::Door, &"ssh")];
        assert_eq!(
            line(EventKind::Login, values),
            "2026-11-30T20:15:03.120Z info login user=hans from=192.168.69.2 door=ssh\n"
        );
        let at = Timestamp::from_second(0).unwrap();
        let first = timed(at, Level::Error, EventKind::Tap.form(), &[]);
        assert_eq!(first, "1970-01-01T00:00:00.000Z error tap\n", "always three digits");
    }

    #[test]
    fn a_value_is_quoted_where_its_end_could_not_be_told() {
        for (value, written) in [
            ("plain", "plain"),
            ("hütt", "hütt"),
            ("", "\"\""),
            ("two words", "\"two words\""),
            ("a=b", "\"a=b\""),
            ("say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""),
        ] {
            let said = line(EventKind::Warning, &[(Field::Reason, &value)]);
            assert!(said.ends_with(&format!(" warning reason={written}\n")), "{said}");
        }
    }

    #[test]
    fn nothing_from_outside_ends_a_line_or_turns_it() {
        let lies = "a\n2026 error\r\t\u{1b}[2J\u{202e}evil\u{2066}\u{200b}\u{2028}\u{0}\u{85}";
        let said = line(EventKind::Warning, &[(Field::Reason, &lies)]);
        let shown = "reason=\"a\\u{a}2026 error\\u{d}\\u{9}\\u{1b}[2J\\u{202e}evil\\u{2066}\\u{200b}\\u{2028}\\u{0}\\u{85}\"\n";
        assert!(said.ends_with(shown), "{said}");
        let record = record(Level::Info, EventKind::Warning.form(), &[(Field::Reason, &lies)]);
        let hidden = |c: char| Class::of(c) == Some(Class::Turn) || c == '\r' || c == '\u{1b}';
        assert!(!record.contains(hidden) && record.matches('\n').count() == 5, "{record}");
        assert_eq!(record.find('\0'), Some(record.len() - 1));
    }

    #[test]
    fn a_record_has_a_line_for_each_field() {
        let values: &[Value<'_>] = &[(Field::User, &"hans"), (Field::Reason, &"wrong password")];
        assert_eq!(
            record(Level::Info, EventKind::LoginRefused.form(), values),
            "PRIORITY=6\nMESSAGE=login-refused user=hans reason=\"wrong password\"\nSYSLOG_IDENTIFIER=smolchatd\nSMOLCHAT_EVENT=login-refused\nSMOLCHAT_USER=hans\nSMOLCHAT_REASON=wrong password\n\0"
        );
    }

    #[test]
    fn what_is_too_long_is_cut_at_a_character_and_keeps_its_end() {
        let long = "ü".repeat(5000);
        let said = line(EventKind::Warning, &[(Field::Reason, &long), (Field::File, &long)]);
        assert!(said.len() <= LINE && said.ends_with('\n'), "{}", said.len());
        let values: &[Value<'_>] = &[(Field::Reason, &long), (Field::File, &long)];
        let record = record(Level::Info, EventKind::Warning.form(), values);
        assert!(record.len() <= RECORD && record.ends_with("\n\0"), "{}", record.len());
    }
}
