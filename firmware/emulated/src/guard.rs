//! The guard below the stack. The stack lies at the bottom of the RAM, and there is no memory
//! below. But not every emulator faults there: QEMU's LM3S6965 reads zeros. So the memory
//! protection unit forbids it, and an overflow faults at once on any part.
//! Source: Armv7-M reference manual, B3.5.

use cortex_m::peripheral::MPU;

/// Bytes that are forbidden, as a power of two: more than any function's frame, so that none steps
/// over them.
const SIZE_LOG2: u32 = 16;

/// In the base address register: the number of the region is given with it, and is 0.
const VALID: u32 = 1 << 4;
/// In the attribute register: no access at all.
const NEVER_EXECUTE: u32 = 1 << 28;
const REGION_ENABLE: u32 = 1 << 0;
/// In the control register: outside of regions everything stays as it was.
const DEFAULT_MAP: u32 = 1 << 2;
const ENABLE: u32 = 1 << 0;

unsafe extern "C" {
    /// The lowest word of the stack.
    static _stack_end: u32;
}

/// Forbids what lies below the stack.
pub fn guard_stack(unit: &mut MPU) {
    let base = (&raw const _stack_end) as u32 - (1 << SIZE_LOG2);
    // SAFETY: the region lies outside of the program's memory, so what is forbidden is only what no
    // sound program does.
    unsafe { unit.rbar.write(base | VALID) };
    // SAFETY: as above.
    unsafe { unit.rasr.write(NEVER_EXECUTE | (SIZE_LOG2 - 1) << 1 | REGION_ENABLE) };
    // SAFETY: as above; the rest of the memory keeps its default map.
    unsafe { unit.ctrl.write(DEFAULT_MAP | ENABLE) };
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
}
