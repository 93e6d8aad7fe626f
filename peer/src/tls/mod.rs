//! All that is asked of TLS: version 1.3, one group, one kind of key, two ciphers, no certificates,
//! no tickets, no names. A provider of our own keeps everything else out of the program.

mod provider;
mod raw_key;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{ClientConfig, ClientConnection, Connection, Error, ServerConfig, ServerConnection};

use crate::PublicKey;
use crate::own_key::{OwnKey, public_info};
use raw_key::OneKey;

/// What a connection is for (RFC 7301).
pub(crate) const PROTOCOL: &[u8] = b"smolchat-peer/2";

fn certified(own: &OwnKey) -> Arc<CertifiedKey> {
    let public = CertificateDer::from(public_info(own.public()).to_vec());
    Arc::new(CertifiedKey::new(vec![public], own.signing.clone()))
}

/// The calling side of a connection with the owner of `peer` and nobody else.
pub(crate) fn calling(own: &OwnKey, peer: &PublicKey) -> Result<Connection, Error> {
    let mut config = ClientConfig::builder_with_provider(provider::slim())
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(OneKey::new(peer)))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(
            own,
        ))));
    config.enable_sni = false;
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    // It is not sent, and the verifier does not look at it.
    let nobody = ServerName::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    Ok(Connection::Client(ClientConnection::new(Arc::new(config), nobody)?))
}

/// The called side of a connection with the owner of `peer` and nobody else.
pub(crate) fn called(own: &OwnKey, peer: &PublicKey) -> Result<Connection, Error> {
    let mut config = ServerConfig::builder_with_provider(provider::slim())
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(OneKey::new(peer)))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified(own))));
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Connection::Server(ServerConnection::new(Arc::new(config))?))
}
