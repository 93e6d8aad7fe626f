//! Plans, by hand.
