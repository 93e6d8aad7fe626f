//! Clocks and pins of the LM3S6965 (datasheet, "System Control" and "General-Purpose
//! Input/Outputs").

use smolchat_drivers::{Mmio, Registers};

/// The processor's clock in Hz: the PLL's 200 MHz divided by 4. The Ethernet controller wants 20
/// MHz at least.
pub(crate) const CLOCK: u32 = 50_000_000;

const SYSTEM_CONTROL: usize = 0x400f_e000;
const PORT_A: usize = 0x4000_4000;

const RAW_INTERRUPT: usize = 0x050;
const PLL_LOCKED: u32 = 1 << 6;
const CLOCK_CONFIG: usize = 0x060;
/// SYSDIV: divide by one more than this.
const DIVIDE_BY_4: u32 = 3 << 23;
const USE_DIVIDER: u32 = 1 << 22;
const BYPASS_PLL: u32 = 1 << 11;
/// The board's crystal has 8 MHz.
const CRYSTAL: u32 = 0xe << 6;
const GATE_0: usize = 0x100;
const GATE_1: usize = 0x104;
const GATE_2: usize = 0x108;
const WATCHDOG: u32 = 1 << 3;
const UART0: u32 = 1 << 0;
const TIMER0: u32 = 1 << 16;
const GPIO_A: u32 = 1 << 0;
const ETHERNET: u32 = 1 << 28;
const ETHERNET_PHY: u32 = 1 << 30;

const ALTERNATE_FUNCTION: usize = 0x420;
const DIGITAL: usize = 0x51c;
/// Receive and transmit of the first serial port.
const UART0_PINS: u32 = 1 << 1 | 1 << 0;

/// How often the PLL is looked at. It locks within 0.5 ms.
const LOOKS: usize = 100_000;

/// The PLL does not lock.
pub(crate) struct NoClock;

/// Brings the processor to [`CLOCK`], gives every peripheral in use its own, and the serial port
/// its pins.
pub(crate) fn set_up() -> Result<(), NoClock> {
    // SAFETY: the system control block is there, and none of its registers reaches memory.
    let mut control = unsafe { Mmio::at(SYSTEM_CONTROL) };
    // First by the crystal alone, with the PLL getting ready; then by the PLL.
    let divided = CRYSTAL | USE_DIVIDER | DIVIDE_BY_4;
    control.write(CLOCK_CONFIG, divided | BYPASS_PLL);
    if !(0..LOOKS).any(|_| control.read(RAW_INTERRUPT) & PLL_LOCKED != 0) {
        return Err(NoClock);
    }
    control.write(CLOCK_CONFIG, divided);
    control.set(GATE_0, WATCHDOG);
    control.set(GATE_1, UART0 | TIMER0);
    control.set(GATE_2, GPIO_A | ETHERNET | ETHERNET_PHY);
    // A peripheral may be touched three ticks after its clock was switched on; reading one register
    // takes longer.
    control.read(GATE_2);
    // SAFETY: port A is there, and its registers set pins only.
    let mut port = unsafe { Mmio::at(PORT_A) };
    port.set(ALTERNATE_FUNCTION, UART0_PINS);
    port.set(DIGITAL, UART0_PINS);
    Ok(())
}
