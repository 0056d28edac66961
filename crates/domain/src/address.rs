//! Web addresses, read as browsers and our HTTP client read them: on the server side by the URL standard (the feature `addresses`), in the
//! browser half, which does not carry its tables, by what people get wrong most. Not here: whether one may be called (`channels::http`).

/// Whether this is the full address of something on the web; what is wrong with it is said in words.
pub fn web(text: &str) -> Result<(), String> {
    let text = text.trim();
    let full = "Give the full address, beginning with https://.";
    let (scheme, rest) = text.split_once("://").ok_or(full)?;
    if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
        return Err(full.into());
    }
    let place = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // A browser would take the first word of the path for the host.
    if place.is_empty() {
        return Err("The address names no host.".into());
    }
    if place.contains('@') {
        return Err("An address may not carry a name or a password.".into());
    }
    let port =
        place.rsplit_once(':').filter(|(host, _)| !host.starts_with('[') || host.ends_with(']')).map(|(_, port)| port);
    if port.is_some_and(|port| !port.is_empty() && port.parse::<u16>().is_err()) {
        return Err("The port of the address is no number from 0 to 65535.".into());
    }
    standard::check(text)
}

#[cfg(feature = "addresses")]
mod standard {
    use url::Url;

    pub(super) fn check(text: &str) -> Result<(), String> {
        let url = Url::parse(text).map_err(|error| format!("This address cannot be called: {error}."))?;
        // The URL standard lets a host have signs that no name in the DNS has.
        let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        if url.domain().is_some_and(|name| name.contains(odd)) {
            return Err("The host of the address has a character that no host name has.".into());
        }
        Ok(())
    }
}

#[cfg(not(feature = "addresses"))]
mod standard {
    pub(super) fn check(text: &str) -> Result<(), String> {
        let host =
            text.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
        if host.contains([' ', '{', '}']) || host.starts_with('[') != host.contains(']') {
            return Err("The host of the address has a character that no host name has.".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nobody_can_call_is_told_before_it_is_called() {
        for bad in [
            "",
            "example.com",
            "ftp://example.com",
            "https:example.com",
            "https://",
            "https:///x",
            "https://[::1",
            "https://host:99999/",
            "https://host:port/",
            "https://a b.example/",
            "https://?x",
            "https://a:b@example.com/",
            "javascript://x",
            "https://{{lead.email}}/",
        ] {
            assert!(web(bad).is_err(), "{bad}");
        }
        for good in [
            "https://example.com",
            "HTTPS://EXAMPLE.COM",
            " http://localhost:8080/a?b#c ",
            "https://[::1]:4000/",
            "https://exämple.de/ü",
            "https://h.example/{{lead.id}}?day={{args.day}}",
        ] {
            assert!(web(good).is_ok(), "{good}: {:?}", web(good));
        }
    }

    #[cfg(feature = "addresses")]
    #[test]
    fn the_standard_decides_where_it_is_there() {
        for bad in ["https://1.2.3.4.5/", "https://exa%mple.com/", "https://xn--a/"] {
            assert!(web(bad).is_err(), "{bad}");
        }
    }
}
