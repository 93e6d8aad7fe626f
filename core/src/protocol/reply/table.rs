//! What turns the rows of the replies into values, and back. The rows are in the room above.

/// Makes the values, their rows and the ways between them from one table.
macro_rules! replies {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),+ })? = $code:literal $text:literal $(, is_full: $is_full:literal)?;)+) => {
        /// A reply, its fields borrowed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reply<'a> {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),+ })?,)+
        }

        /// Every reply there is.
        pub const REPLIES: &[ReplyForm] = &[
            $($(#[$doc])* ReplyForm {
                name: stringify!($name),
                code: $code,
                text: $text,
                fields: &[$($(stringify!($field)),+)?],
            },)+
        ];

        /// The replies in the order of their rows.
        enum Row {
            $($(#[$doc])* $name,)+
        }

        impl<'a> Reply<'a> {
            /// The three digits.
            pub const fn code(&self) -> u16 {
                match self {
                    $($(#[$doc])* Reply::$name $({ $($field: _),+ })? => $code,)+
                }
            }

            /// Whether it refuses something because a table is full. The server's owner hears of
            /// that. It is no field of the row, so that a board need not have the whole table.
            pub const fn is_full(&self) -> bool {
                match self {
                    // What the row says, and otherwise no.
                    $($(#[$doc])* Reply::$name $({ $($field: _),+ })? => [$($is_full,)? false][0],)+
                }
            }

            /// Hands on the position of the reply's row in [`REPLIES`], and the reply's fields.
            #[inline(always)]
            pub fn with_row<R>(&self, then: impl FnOnce(usize, &[Field<'_>]) -> R) -> R {
                match *self {
                    $($(#[$doc])* Reply::$name $({ $($field),+ })? => {
                        then(Row::$name as usize, &[$($($field.into()),+)?])
                    })+
                }
            }

            /// The reply of the row at `position` in [`REPLIES`], its fields read from `words`.
            /// `None` if there is no such row, or if a word is none of its field.
            pub fn of_row(position: usize, words: [&'a str; FIELDS_MAX]) -> Option<Self> {
                $($(#[$doc])* if position == Row::$name as usize {
                    // A reply without fields takes none of them.
                    #[allow(unused)]
                    let mut words = words.into_iter();
                    return Some(Reply::$name $({
                        $($field: ReadField::read(words.next()?)?),+
                    })?);
                })+
                None
            }
        }
    };
}

pub(super) use replies;
