//! A text with fields in braces. It is cut at compile time, so writing it searches for nothing.
//! Writing and reading stand side by side.
//! Knows only the line it is written to.

use super::LineWriter;
use crate::protocol::FIELDS_MAX;

/// A text of the table with its code, and where its fields are.
pub(super) struct Template {
    /// The code and a space.
    code: [u8; 4],
    text: &'static str,
    pieces: [Piece; FIELDS_MAX],
    fields: u8,
    /// Where the text after the last field begins.
    rest: u8,
}

/// The text before a field, and the field.
#[derive(Clone, Copy)]
struct Piece {
    begin: u8,
    end: u8,
    field: u8,
}

impl Template {
    /// No text.
    pub(super) const EMPTY: Self = Template::new(0, "", &[]);

    /// Cuts `text`, whose fields have the `names`. A text with another field does not compile.
    pub(super) const fn new(code: u16, text: &'static str, names: &[&str]) -> Self {
        let bytes = text.as_bytes();
        assert!(bytes.len() <= u8::MAX as usize, "a text is longer than a byte can count");
        let mut pieces = [Piece { begin: 0, end: 0, field: 0 }; FIELDS_MAX];
        let (mut fields, mut begin, mut at) = (0, 0, 0);
        while at < bytes.len() {
            if bytes[at] == b'{' {
                let end = at;
                while bytes[at] != b'}' {
                    at += 1;
                }
                let field = position(names, bytes, end + 1, at) as u8;
                pieces[fields] = Piece { begin: begin as u8, end: end as u8, field };
                fields += 1;
                begin = at + 1;
            }
            at += 1;
        }
        let code = [digit(code / 100), digit(code / 10), digit(code), b' '];
        Template { code, text, pieces, fields: fields as u8, rest: begin as u8 }
    }

    /// Writes the code and the text; `put` writes the field at a position in `names`.
    pub(super) fn emit(&self, line: &mut LineWriter, mut put: impl FnMut(&mut LineWriter, usize)) {
        line.push_ascii(&self.code);
        for piece in &self.pieces[..self.fields.into()] {
            line.push_str(&self.text[piece.begin.into()..piece.end.into()]);
            put(line, piece.field.into());
        }
        line.push_str(&self.text[self.rest.into()..]);
    }

    /// Takes the fields out of a text without its code. Each field stands at its position among the
    /// names. A field ends at a space, or at the end of the text if nothing follows it in the
    /// template. The words behind the last field are for people, so they may differ.
    pub(super) fn read<'t>(&self, text: &'t str) -> Option<[&'t str; FIELDS_MAX]> {
        let mut values = [""; FIELDS_MAX];
        let mut left = text;
        for (number, piece) in (1..).zip(&self.pieces[..self.fields.into()]) {
            left = left.strip_prefix(&self.text[piece.begin.into()..piece.end.into()])?;
            let is_last = number == self.fields && usize::from(self.rest) == self.text.len();
            let end = if is_last { None } else { left.find(' ') };
            (values[usize::from(piece.field)], left) = left.split_at(end.unwrap_or(left.len()));
        }
        Some(values)
    }
}

/// The last digit of `number`.
const fn digit(number: u16) -> u8 {
    b'0' + (number % 10) as u8
}

/// The position of the name that stands in `text` from `begin` to `end`.
const fn position(names: &[&str], text: &[u8], begin: usize, end: usize) -> usize {
    let mut position = 0;
    while position < names.len() {
        let name = names[position].as_bytes();
        let mut same = 0;
        while same < name.len() && begin + same < end && name[same] == text[begin + same] {
            same += 1;
        }
        if same == name.len() && begin + same == end {
            return position;
        }
        position += 1;
    }
    panic!("a text names a field that its reply has not")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(template: &Template) -> String {
        let mut line = LineWriter::new();
        template.emit(&mut line, |line, field| line.push_number(field as u64));
        line.as_str().to_owned()
    }

    #[test]
    fn every_field_stands_where_the_text_has_it() {
        assert_eq!(written(&Template::new(250, "no field", &[])), "250 no field");
        assert_eq!(written(&Template::new(250, "", &[])), "250 ");
        assert_eq!(written(&Template::new(250, "{b} and {a}{b}", &["a", "b"])), "250 1 and 01");
        assert_eq!(written(&Template::new(250, "ä{ab}ö", &["a", "abc", "ab"])), "250 ä2ö");
    }

    #[test]
    fn what_was_written_is_read_and_other_words_behind_it_are_passed_over() {
        let template = Template::new(250, "{id} accepted", &["id"]);
        assert_eq!(template.read("7 accepted").unwrap()[0], "7");
        assert_eq!(template.read("7 accepted, thank you").unwrap()[0], "7");
        assert_eq!(template.read("7").unwrap()[0], "7");
        let two = Template::new(250, "{b} waits until {a} logs in", &["a", "b"]);
        assert_eq!(two.read("7 waits until ä logs in").unwrap()[..2], ["ä", "7"]);
        assert_eq!(two.read("7 waits for ä"), None);
        let last = Template::new(250, "users: {a}", &["a"]);
        assert_eq!(last.read("users: a, b").unwrap()[0], "a, b");
        assert_eq!(last.read("users:"), None);
        assert!(Template::new(250, "pong", &[]).read("anything").is_some());
    }

    #[test]
    #[should_panic(expected = "a field that its reply has not")]
    fn a_name_that_is_only_the_beginning_of_a_field_is_not_the_field() {
        Template::new(250, "{abc}", &["ab"]);
    }
}
