//! The pins between the MAC and the LAN8742A, as all of these boards wire them. One differs.
//! A macro, because each part has types of its own for its pins.

/// The MAC over RMII, with its frames and its address. `p` are the part's peripherals; the clock of
/// 50 MHz comes from the LAN8742A. `txd1` is the pin of the second bit to be sent.
#[macro_export]
macro_rules! rmii {
    ($p:ident, $packets:expr, $mac:expr, txd1: $txd1:ident) => {{
        let (ref_clk, crs_dv, rxd0, rxd1) = ($p.PA1, $p.PA7, $p.PC4, $p.PC5);
        let (tx_en, txd0, txd1) = ($p.PG11, $p.PG13, $p.$txd1);
        let (mdio, mdc) = ($p.PA2, $p.PC1);
        let (packets, mac) = ($packets, $mac.0);
        embassy_stm32::eth::Ethernet::new(
            packets,
            $p.ETH,
            $crate::Irqs,
            ref_clk,
            crs_dv,
            rxd0,
            rxd1,
            txd0,
            txd1,
            tx_en,
            mac,
            $p.ETH_SMA,
            mdio,
            mdc,
        )
    }};
}
