//! Which `Host` and `Origin` headers are ours.
//!
//! A web page anywhere can make its visitor's browser talk to a server on the visitor's own machine, and with DNS
//! rebinding even under the page's own name. What such a page cannot do is change the `Host` header to an address
//! literal or the `Origin` header to ours. So a request is answered only if its `Host` is a loopback literal (or the
//! very address the connection arrived at, when the user bound the server elsewhere), and only if its `Origin`,
//! where there is one, is `http://` plus that same `Host`.

use axum::http::{HeaderMap, Uri, header};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host of a `Host` header without its port: `[::1]:9090` gives `[::1]`. None when it is malformed.
fn host_of(authority: &str) -> Option<&str> {
    let (host, rest) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        authority.split_at(end)
    } else {
        authority.split_at(authority.find(':').unwrap_or(authority.len()))
    };
    let port_is_fine = match rest.strip_prefix(':') {
        None => rest.is_empty(),
        Some(digits) => digits.parse::<u16>().is_ok() && digits.bytes().all(|c| c.is_ascii_digit()),
    };
    port_is_fine.then_some(host)
}

/// True when `authority` (a `Host` header) names this server by a literal.
///
/// `arrived_at` is the local address of the connection, None in tests without a socket.
pub fn host_is_ours(authority: &str, arrived_at: Option<IpAddr>) -> bool {
    let Some(host) = host_of(authority) else { return false };
    if host.eq_ignore_ascii_case("localhost") {
        return true; // browsers resolve this name themselves and never ask a name server
    }
    let address = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(v6) => v6.parse::<Ipv6Addr>().map(IpAddr::V6).ok(),
        None => host.parse::<Ipv4Addr>().map(IpAddr::V4).ok(),
    };
    address
        .is_some_and(|address| address.is_loopback() || arrived_at.map(|a| a.to_canonical()) == Some(address))
}

/// The one `Host` of a request, if it is ours. A second `Host` header or a target naming another host fails.
pub fn our_host<'a>(headers: &'a HeaderMap, uri: &Uri, arrived_at: Option<IpAddr>) -> Option<&'a str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    let unique = hosts.next().is_none();
    let target_agrees = uri.authority().is_none_or(|a| a.as_str().eq_ignore_ascii_case(host));
    (unique && target_agrees && host_is_ours(host, arrived_at)).then_some(host)
}

/// What a request says about the page it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No `Origin` header: a program, or a browser navigating or reading from our own page.
    Absent,
    /// Our own page.
    Own,
    /// Any other page, `null`, or something unreadable.
    Foreign,
}

/// Judges the `Origin` header against the request's own `Host`.
pub fn origin_of(headers: &HeaderMap, host: &str) -> Origin {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return Origin::Absent };
    let own = origins.next().is_none()
        && origin
            .to_str()
            .ok()
            .and_then(|o| o.strip_prefix("http://"))
            .is_some_and(|authority| authority.eq_ignore_ascii_case(host));
    if own { Origin::Own } else { Origin::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_literals_are_our_host() {
        let table = [
            ("127.0.0.1", true),
            ("127.0.0.1:9090", true),
            ("127.0.0.1:65535", true),
            ("127.1.2.3:9090", true),
            ("localhost", true),
            ("localhost:9090", true),
            ("LOCALHOST:9090", true),
            ("[::1]", true),
            ("[::1]:9090", true),
            ("[0:0:0:0:0:0:0:1]:9090", true),
            ("", false),
            (":9090", false),
            ("evil.example", false),
            ("evil.example:9090", false),
            ("EVIL.EXAMPLE", false),
            ("localhost.evil.example:9090", false),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.1.nip.io:9090", false),
            ("localhost.:9090", false),
            ("127.0.0.1.", false),
            ("127.0.0.1.:9090", false),
            ("user@127.0.0.1:9090", false),
            ("127.0.0.1:9090@evil.example", false),
            ("127.0.0.1:", false),
            ("127.0.0.1:+80", false),
            ("127.0.0.1:99999", false),
            ("127.0.0.1:9090:1", false),
            ("127.1", false),
            ("2130706433", false),
            ("0x7f.0.0.1", false),
            ("0177.0.0.1", false),
            ("0.0.0.0", false),
            ("0.0.0.0:9090", false),
            ("10.0.0.5:9090", false),
            ("[::]", false),
            ("[::ffff:127.0.0.1]:9090", false),
            ("[::1%lo]", false),
            ("[::1", false),
            ("::1", false),
            ("[::1]evil.example", false),
            ("[127.0.0.1]", false),
            ("127.0.0.1/", false),
            (" 127.0.0.1", false),
            ("local host", false),
        ];
        assert!(table.len() >= 20);
        for (host, ours) in table {
            assert_eq!(host_is_ours(host, None), ours, "{host:?}");
            assert_eq!(host_is_ours(host, Some(Ipv4Addr::LOCALHOST.into())), ours, "{host:?}");
        }
    }

    #[test]
    fn a_connection_to_another_bound_address_may_name_exactly_that_address() {
        let arrived_at: Option<IpAddr> = Some(Ipv4Addr::new(192, 168, 1, 5).into());
        assert!(host_is_ours("192.168.1.5:9090", arrived_at));
        assert!(!host_is_ours("192.168.1.6:9090", arrived_at));
        assert!(!host_is_ours("studio.lan:9090", arrived_at));
        let mapped: Option<IpAddr> = Some(Ipv4Addr::new(192, 168, 1, 5).to_ipv6_mapped().into());
        assert!(host_is_ours("192.168.1.5:9090", mapped));
    }

    #[test]
    fn only_http_plus_the_same_host_is_our_origin() {
        let table = [
            ("http://127.0.0.1:9090", Origin::Own),
            ("http://127.0.0.1:9091", Origin::Foreign),
            ("https://127.0.0.1:9090", Origin::Foreign),
            ("http://localhost:9090", Origin::Foreign),
            ("http://localhost.evil.example:9090", Origin::Foreign),
            ("http://127.0.0.1:9090.evil.example", Origin::Foreign),
            ("http://127.0.0.1:9090/", Origin::Foreign),
            ("http://user@127.0.0.1:9090", Origin::Foreign),
            ("HTTP://127.0.0.1:9090", Origin::Foreign),
            ("null", Origin::Foreign),
            ("", Origin::Foreign),
            ("file://", Origin::Foreign),
        ];
        for (origin, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            assert_eq!(origin_of(&headers, "127.0.0.1:9090"), expected, "{origin:?}");
        }
        assert_eq!(origin_of(&HeaderMap::new(), "127.0.0.1:9090"), Origin::Absent);
        let mut twice = HeaderMap::new();
        twice.append(header::ORIGIN, "http://127.0.0.1:9090".parse().unwrap());
        twice.append(header::ORIGIN, "http://127.0.0.1:9090".parse().unwrap());
        assert_eq!(origin_of(&twice, "127.0.0.1:9090"), Origin::Foreign);
    }

    #[test]
    fn two_hosts_or_a_target_that_names_another_host_are_refused() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "127.0.0.1:9090".parse().unwrap());
        let plain = Uri::from_static("/api/stats");
        assert_eq!(our_host(&headers, &plain, None), Some("127.0.0.1:9090"));
        let elsewhere = Uri::from_static("http://evil.example/api/stats");
        assert_eq!(our_host(&headers, &elsewhere, None), None);
        headers.append(header::HOST, "127.0.0.1:9090".parse().unwrap());
        assert_eq!(our_host(&headers, &plain, None), None);
        assert_eq!(our_host(&HeaderMap::new(), &plain, None), None);
    }
}
