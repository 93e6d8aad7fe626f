//! Lines as a test expects them: literal text, and `{field}` where a number, a token, a key or an
//! address stands.

/// The fields of a line that matched, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The whole line.
    pub line: String,
    fields: Vec<(String, String)>,
}

impl Matched {
    /// The text of field `name`.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found
            .map(|(_, text)| text.as_str())
            .unwrap_or_else(|| panic!("no field {name} in {}", self.line))
    }

    /// Field `name` as a number.
    pub fn number(&self, name: &str) -> u64 {
        self.field(name).parse().unwrap_or_else(|_| panic!("{name} is no number in {}", self.line))
    }
}

/// Reads `line` as `pattern` says; `None` where it differs.
pub fn read(pattern: &str, line: &str) -> Option<Matched> {
    let mut fields = Vec::new();
    let (mut pattern, mut rest) = (pattern, line);
    while let Some((before, after)) = pattern.split_once('{') {
        let (name, behind) =
            after.split_once('}').unwrap_or_else(|| panic!("open brace in {pattern}"));
        rest = rest.strip_prefix(before)?;
        let len = field_len(name, rest)?;
        let (text, remaining) = rest.split_at(len);
        fields.push((name.to_owned(), text.to_owned()));
        (pattern, rest) = (behind, remaining);
    }
    (pattern == rest).then(|| Matched { line: line.to_owned(), fields })
}

/// How much of `rest` the field takes; `None` if that is nothing. `any` takes everything.
fn field_len(name: &str, rest: &str) -> Option<usize> {
    let while_all = |accept: fn(char) -> bool| rest.find(|c| !accept(c)).unwrap_or(rest.len());
    let len = match name {
        "any" => return Some(rest.len()),
        "token" | "key" => while_all(|c| c.is_ascii_hexdigit()),
        "ip" if rest.starts_with('[') => rest.find(']').map_or(0, |end| end + 1),
        "ip" => while_all(|c| c.is_ascii_digit() || c == '.'),
        _ => while_all(|c| c.is_ascii_digit()),
    };
    let fits = match name {
        "token" => len == 32,
        "key" => len == 64,
        _ => len > 0,
    };
    fits.then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_literal_text_must_be_the_same() {
        let heard = read("* message {id} yoda {age} hi", "* message 12 yoda 3 hi").unwrap();
        assert_eq!((heard.number("id"), heard.field("age")), (12, "3"));
        for line in
            ["* message 12 yoda 3 hi!", "* message 12 luke 3 hi", "* message x yoda 3 hi", ""]
        {
            assert_eq!(read("* message {id} yoda {age} hi", line), None, "{line}");
        }
    }

    #[test]
    fn tokens_and_keys_have_their_length_and_addresses_their_form() {
        let token = "0123456789abcdef0123456789abcdef";
        let line =
            |token: &str| format!("* private a {token} 10.0.0.1:5000 [fe80:0:0:0:0:0:0:1]:5000");
        assert!(read("* private a {token} {ip}:5000 {ip}:5000", &line(token)).is_some());
        assert!(read("* private a {token} {ip}:5000 {ip}:5000", &line("0123")).is_none());
        let key = token.repeat(2);
        assert!(read("* private a {key}", &format!("* private a {key}")).is_some());
        assert!(read("* private a {key}", &format!("* private a {token}")).is_none());
        assert!(read("214 {any}", "214 ").is_some());
    }
}
