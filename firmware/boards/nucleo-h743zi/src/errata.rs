//! An erratum of the part that would corrupt messages.
//! Writes one register, and only on the revision that needs it.

use embassy_stm32::pac::DBGMCU;

/// Revision Y in DBGMCU_IDC.
const REVISION_Y: u16 = 0x1003;
/// AXI_TARG7_FN_MOD; its lowest bit is READ_ISS_OVERRIDE.
const AXI_TARG7_FN_MOD: *mut u32 = 0x5100_8108 as *mut u32;

/// On early parts the AXI SRAM may give wrong data while two masters read from it. The Ethernet's
/// DMA is the second master here. The errata sheet (ES0392, section 2.2.9) has it allow one read at
/// a time.
pub(crate) fn guard_axi_sram() {
    if DBGMCU.idc().read().rev_id() == REVISION_Y {
        // SAFETY: a register of this part, written once, before anything else is set up; it only
        // slows reading down.
        unsafe { AXI_TARG7_FN_MOD.write_volatile(1) };
    }
}
