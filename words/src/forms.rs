//! What stands behind the refusal of a command whose arguments are wrong: where its arguments are,
//! or how it asks for them. Knows no screen.

/// Behind the refusal of a command that takes a password: the way on which nobody sees it.
const ASKS: &str = "; it asks for the password, and nobody sees it";
/// Behind the refusal of something that is no key.
const KEY: &str =
    "; a key is a line that begins with ssh-ed25519, and cat ~/.ssh/id_ed25519.pub shows yours";

/// What a person is told behind the form of the command `name`; nothing for most.
pub fn form_hint(name: &str) -> &'static str {
    match name {
        "login" | "register" | "passwd" => ASKS,
        "addkey" => KEY,
        "removekey" => "; keys lists yours, and its number or its SHA256: name one",
        _ => "",
    }
}
