//! Web addresses, read as browsers and our HTTP client read them. Not here: whether one may be called (`channels::http`).

use url::{ParseError, Url};

/// Reads the full address of something on the web; what is wrong with it is said in words.
pub fn web(text: &str) -> Result<Url, String> {
    let text = text.trim();
    let full = "Give the full address, beginning with https://.";
    let (scheme, rest) = text.split_once("://").ok_or(full)?;
    if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
        return Err(full.into());
    }
    // A browser would take the first word of the path for the host.
    if rest.starts_with(['/', '\\']) {
        return Err("The address names no host.".into());
    }
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::EmptyHost => "The address names no host.".to_owned(),
        ParseError::InvalidPort => "The port of the address is no number from 0 to 65535.".to_owned(),
        other => format!("This address cannot be called: {other}."),
    })?;
    // The URL standard lets a host have signs that no name in the DNS has.
    let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if url.domain().is_some_and(|name| name.contains(odd)) {
        return Err("The host of the address has a character that no host name has.".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("An address may not carry a name or a password.".into());
    }
    Ok(url)
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
            "https://1.2.3.4.5/",
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
        assert_eq!(web("HTTPS://EXAMPLE.COM").map(String::from), Ok("https://example.com/".into()));
    }
}
