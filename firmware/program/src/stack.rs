//! How deep the stack went: it is painted before `main`, and words without paint were used.
//! The stack lies at the bottom of the RAM. An overflow hits the end of the memory, and faults at
//! once instead of writing over data.

/// What cortex-m-rt paints with (its feature `paint-stack`).
const PAINT: u32 = 0xcccc_cccc;

/// Bytes that a stack has, and the most of them that were used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
pub(crate) struct Stack {
    pub(crate) budget: usize,
    pub(crate) peak: usize,
}

/// Looks at a stack, the lowest address first.
fn measure(words: impl ExactSizeIterator<Item = u32>) -> Stack {
    let budget = 4 * words.len();
    let untouched = 4 * words.take_while(|word| *word == PAINT).count();
    Stack { budget, peak: budget - untouched }
}

/// The stack of this program.
#[cfg(target_os = "none")]
pub(crate) fn stack() -> Stack {
    use core::ptr::addr_of;
    unsafe extern "C" {
        /// One past its highest word.
        static _stack_start: u32;
        /// Its lowest word.
        static _stack_end: u32;
    }
    let (lowest, end) = (addr_of!(_stack_end), addr_of!(_stack_start));
    let words = (end as usize - lowest as usize) / size_of::<u32>();
    measure((0..words).map(|index| {
        let word = lowest.wrapping_add(index);
        // SAFETY: it lies in the region that memory.x sets aside for the stack, and the start code
        // has written all of it. Volatile, because the compiler knows no owner of words below the
        // stack pointer, and interrupts write there.
        unsafe { word.read_volatile() }
    }))
}

/// A host paints no stack.
#[cfg(not(target_os = "none"))]
pub(crate) fn stack() -> Stack {
    measure([].into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_painted_any_more_was_used() {
        let paint = |count: usize| vec![PAINT; count].into_iter();
        assert_eq!(measure(paint(8)), Stack { budget: 32, peak: 0 });
        let used = [PAINT, PAINT, 0, PAINT, 7];
        assert_eq!(measure(used.into_iter()), Stack { budget: 20, peak: 12 });
        assert_eq!(measure([1].into_iter()), Stack { budget: 4, peak: 4 });
    }
}
