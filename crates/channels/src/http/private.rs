//! Which private addresses may be called all the same: none, all, or those that whoever runs the server named.
//!
//! Not here: which addresses are private (`public`).

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::is_public;

/// Which private addresses may be called. As text: `false`, `true`, or a list such as `10.0.0.0/8, 192.168.1.5, 127.0.0.1:8080`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Private {
    /// None of them.
    #[default]
    Refused,
    /// All of them: for tests, and for those who host everything in one network.
    Allowed,
    /// Only these.
    Only(Vec<Exception>),
}

/// A private address or network that may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    network: IpAddr,
    /// How many leading bits count.
    bits: u8,
    /// Only this port; any without.
    port: Option<u16>,
}

impl Private {
    /// Whether a connection may go there. `port` is none where only a name was looked up: what was allowed for one port is then refused,
    /// or a name could lead to another port of the same machine.
    pub(super) fn admits(&self, ip: IpAddr, port: Option<u16>) -> bool {
        is_public(ip)
            || match self {
                Self::Refused => false,
                Self::Allowed => true,
                Self::Only(exceptions) => exceptions.iter().any(|exception| exception.admits(ip, port)),
            }
    }
}

impl Exception {
    fn admits(&self, ip: IpAddr, port: Option<u16>) -> bool {
        let is_inside = match (self.network, ip) {
            (IpAddr::V4(network), IpAddr::V4(ip)) => {
                let differs = network.to_bits() ^ ip.to_bits();
                differs.leading_zeros() >= u32::from(self.bits)
            }
            (IpAddr::V6(network), IpAddr::V6(ip)) => {
                let differs = network.to_bits() ^ ip.to_bits();
                differs.leading_zeros() >= u32::from(self.bits)
            }
            // An IPv4 address that hides in an IPv6 one was not named.
            _ => false,
        };
        is_inside && (self.port.is_none() || self.port == port)
    }
}

impl FromStr for Private {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "false" => Ok(Self::Refused),
            "true" => Ok(Self::Allowed),
            list => list.split(',').map(|one| one.trim().parse()).collect::<Result<_, _>>().map(Self::Only),
        }
    }
}

impl FromStr for Exception {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is neither true nor false, nor an address such as 192.168.1.5, 127.0.0.1:8080 or 10.0.0.0/8"
            )
        };
        if let Ok(one) = text.parse::<SocketAddr>() {
            return Ok(Self { network: one.ip(), bits: all_bits(one.ip()), port: Some(one.port()) });
        }
        let (network, bits) = match text.split_once('/') {
            Some((network, bits)) => (network, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let network: IpAddr = network.parse().map_err(|_| wrong())?;
        let bits = bits.unwrap_or(all_bits(network));
        if bits > all_bits(network) { Err(wrong()) } else { Ok(Self { network, bits, port: None }) }
    }
}

const fn all_bits(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(list: &str, ip: &str, port: u16) -> bool {
        list.parse::<Private>().unwrap().admits(ip.parse().unwrap(), Some(port))
    }

    #[test]
    fn only_what_was_named_is_allowed() {
        assert!(admits("127.0.0.1:8080", "127.0.0.1", 8080) && !admits("127.0.0.1:8080", "127.0.0.1", 8081));
        assert!(!admits("127.0.0.1:8080", "127.0.0.2", 8080) && !admits("127.0.0.1", "::ffff:127.0.0.1", 80));
        assert!(
            admits("10.0.0.0/8, 192.168.1.5", "10.200.3.4", 1) && admits("10.0.0.0/8,192.168.1.5", "192.168.1.5", 1)
        );
        assert!(!admits("10.0.0.0/8", "172.16.0.1", 1) && !admits("10.0.0.0/8", "169.254.169.254", 80));
        assert!(admits("fd00::/8", "fd12::1", 1) && admits("[::1]:80", "::1", 80) && !admits("[::1]:80", "::1", 81));
        assert!(admits("0.0.0.0/0", "192.168.0.1", 1) && !admits("0.0.0.0/0", "fd00::1", 1));
        assert!(admits("true", "127.0.0.1", 1) && !admits("false", "127.0.0.1", 1));
        assert!(admits("false", "8.8.8.8", 80) && admits("10.0.0.0/8", "8.8.8.8", 80), "what is public needs no leave");
        let one: Private = "127.0.0.1:8080".parse().unwrap();
        assert!(!one.admits("127.0.0.1".parse().unwrap(), None), "a name gets no port by itself");
    }

    #[test]
    fn what_is_no_list_is_refused_with_the_part_that_is_wrong() {
        for text in ["yes", "", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8,,", "localhost", "127.0.0.1:99999"] {
            assert!(text.parse::<Private>().is_err(), "{text}");
        }
    }
}
