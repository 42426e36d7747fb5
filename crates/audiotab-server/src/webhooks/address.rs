//! Which machines a webhook may call. The address is checked when it is resolved, and exactly that address is called:
//! a name that points elsewhere the next moment gains nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves names to addresses that may be called, and to no others.
#[derive(Debug)]
pub struct Checked {
    pub private_network: bool,
}

/// That a name stands only for addresses that may not be called.
#[derive(Debug)]
pub struct NotAllowed;

impl fmt::Display for NotAllowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its address is on this machine or in its private network, which the rule does not allow")
    }
}

impl std::error::Error for NotAllowed {}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in found.iter().filter(|address| may_be_called(address.ip(), self.private_network)) {
            allowed.push(*address);
        }
        if allowed.is_empty() { Err(ureq::Error::Other(Box::new(NotAllowed))) } else { Ok(allowed) }
    }
}

/// True for addresses of the public Internet; with `private_network`, of this machine and its network too. Never for
/// link-local ones, where clouds hand out their secrets.
pub fn may_be_called(address: IpAddr, private_network: bool) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            is_public_v4(v4) || (private_network && (v4.is_loopback() || v4.is_private() || is_shared(v4)))
        }
        IpAddr::V6(v6) => is_public_v6(v6) || (private_network && (v6.is_loopback() || v6.is_unique_local())),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !(v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_unspecified()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.is_documentation()
        || is_shared(v4)
        || a == 0
        || a >= 240
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (b & 0xfe) == 18))
}

/// Between a provider and its customers.
fn is_shared(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    a == 100 && (b & 0xc0) == 64
}

/// Only 2000::/3 is handed out, and within it these lead back into version 4 or nowhere.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let first = v6.segments()[0];
    let (documentation, six_to_four, teredo) =
        (v6.segments()[..2] == [0x2001, 0x0db8], first == 0x2002, v6.segments()[..2] == [0x2001, 0]);
    (first & 0xe000) == 0x2000 && !documentation && !six_to_four && !teredo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_called_unless_the_rule_says_more() {
        for (address, publicly, privately) in [
            ("93.184.216.34", true, true),
            ("2606:2800:220:1:248:1893:25c8:1946", true, true),
            ("127.0.0.1", false, true),
            ("127.255.0.9", false, true),
            ("10.1.2.3", false, true),
            ("172.31.0.1", false, true),
            ("192.168.0.1", false, true),
            ("100.64.0.1", false, true),
            ("169.254.169.254", false, false),
            ("0.0.0.0", false, false),
            ("0.1.2.3", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("192.0.0.8", false, false),
            ("198.18.0.1", false, false),
            ("240.0.0.1", false, false),
            ("::1", false, true),
            ("fd00::1", false, true),
            ("::", false, false),
            ("fe80::1", false, false),
            ("ff02::1", false, false),
            ("::ffff:127.0.0.1", false, true),
            ("::ffff:169.254.169.254", false, false),
            ("64:ff9b::7f00:1", false, false),
            ("2002:7f00:1::", false, false),
            ("2001:db8::1", false, false),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            assert_eq!(
                (may_be_called(ip, false), may_be_called(ip, true)),
                (publicly, privately),
                "{address}"
            );
        }
    }
}
