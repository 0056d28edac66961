//! Whom a secret was given for, and over which wires it may go.
//!
//! Not here: which addresses may be called at all.

use url::{Host, Url};

use super::is_localhost;

/// Scheme, host and port of an address as its readers see them: a secret that was given for one of these is for no other.
/// None for what is no address.
pub fn origin(url: &str) -> Option<String> {
    let origin = Url::parse(url.trim()).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Whether what is sent there stays unread on its way: it is encrypted, or does not leave this machine.
pub fn stays_unread(url: &str) -> bool {
    let Ok(url) = Url::parse(url.trim()) else { return false };
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => is_localhost(name),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_scheme_host_or_port_is_another_origin_however_it_is_written() {
        let ours = origin("https://calendar.example/book/{{args.day}}");
        for same in [
            "https://calendar.example",
            "HTTPS://Calendar.Example:443/x?y={{lead.id}}#z",
            " https://calendar.example/ ",
        ] {
            assert_eq!(origin(same), ours, "{same}");
        }
        for other in [
            "http://calendar.example/book",
            "https://calendar.example:8443/book",
            "https://calendar.example.evil.example/book",
            "https://evil.example/calendar.example",
            "https://calendar.example@evil.example/",
            "https://evil.example\\@calendar.example/",
            "https://c\u{430}lendar.example/",
            "https://calendar.example./",
            "https:/\t/evil.example/",
            "nonsense",
        ] {
            assert_ne!(origin(other), ours, "{other}");
        }
        assert_eq!(origin("data:text/plain,x"), None);
    }

    #[test]
    fn only_encrypted_wires_and_this_machine_are_private() {
        for yes in [
            "https://a.example",
            "http://127.0.0.1:3000/x",
            "http://127.1.2.3",
            "http://[::1]:8",
            "http://localhost",
            "http://a.localhost.",
        ] {
            assert!(stays_unread(yes), "{yes}");
        }
        for no in [
            "http://a.example",
            "http://10.0.0.8",
            "http://192.168.1.1",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::ffff:10.0.0.1]",
            "ftp://127.0.0.1.x",
            "nonsense",
        ] {
            assert!(!stays_unread(no), "{no}");
        }
    }
}
