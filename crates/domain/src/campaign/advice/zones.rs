//! Where a phone number lives, as a time zone: nothing else says in which hour of their own day people answer. A country with several
//! zones counts as the one most of its people live in; North American numbers are told apart by their area codes.

/// Calling codes and the zone of most people there.
const COUNTRIES: &str = "1 America/New_York|20 Africa/Cairo|27 Africa/Johannesburg|30 Europe/Athens|31 Europe/Amsterdam|32 Europe/Brussels\
    |33 Europe/Paris|34 Europe/Madrid|351 Europe/Lisbon|352 Europe/Luxembourg|353 Europe/Dublin|354 Atlantic/Reykjavik|356 Europe/Malta\
    |357 Asia/Nicosia|358 Europe/Helsinki|359 Europe/Sofia|36 Europe/Budapest|370 Europe/Vilnius|371 Europe/Riga|372 Europe/Tallinn\
    |380 Europe/Kiev|381 Europe/Belgrade|385 Europe/Zagreb|386 Europe/Ljubljana|39 Europe/Rome|40 Europe/Bucharest|41 Europe/Zurich\
    |420 Europe/Prague|421 Europe/Bratislava|43 Europe/Vienna|44 Europe/London|45 Europe/Copenhagen|46 Europe/Stockholm|47 Europe/Oslo\
    |48 Europe/Warsaw|49 Europe/Berlin|51 America/Lima|52 America/Mexico_City|54 America/Argentina/Buenos_Aires|55 America/Sao_Paulo\
    |56 America/Santiago|57 America/Bogota|60 Asia/Kuala_Lumpur|61 Australia/Sydney|62 Asia/Jakarta|63 Asia/Manila|64 Pacific/Auckland\
    |65 Asia/Singapore|66 Asia/Bangkok|7 Europe/Moscow|81 Asia/Tokyo|82 Asia/Seoul|84 Asia/Ho_Chi_Minh|852 Asia/Hong_Kong\
    |86 Asia/Shanghai|880 Asia/Dhaka|886 Asia/Taipei|90 Europe/Istanbul|91 Asia/Kolkata|92 Asia/Karachi|94 Asia/Colombo\
    |966 Asia/Riyadh|971 Asia/Dubai|972 Asia/Jerusalem|212 Africa/Casablanca|234 Africa/Lagos|254 Africa/Nairobi";

/// Zones west of the North American east, and the area codes of their states and provinces.
const AREAS: &[(&str, &str)] = &[
    (
        "America/Los_Angeles",
        "206 209 213 253 279 310 323 341 350 360 408 415 424 425 442 458 503 509 510 530 541 559 562 564 619 626 628 650 657 661 669 702 \
         707 714 725 747 760 775 805 818 820 831 840 858 909 916 925 949 951 971",
    ),
    ("America/Phoenix", "480 520 602 623 928"),
    ("America/Denver", "208 303 307 385 406 435 505 575 719 720 801 970 983 986"),
    (
        "America/Chicago",
        "205 210 214 217 218 224 225 251 254 256 262 281 309 312 314 316 318 319 320 325 331 334 337 346 361 402 405 409 414 417 430 432 \
         447 464 469 479 501 504 507 512 515 531 534 539 557 563 572 573 580 601 605 608 612 615 618 620 629 630 636 641 651 659 660 662 \
         682 701 708 712 713 715 726 730 731 737 763 769 773 779 785 806 815 816 817 830 832 847 870 872 901 903 913 918 920 931 936 938 \
         940 945 952 956 972 975 979 985",
    ),
    ("America/Anchorage", "907"),
    ("Pacific/Honolulu", "808"),
    ("America/Vancouver", "236 250 257 604 672 778"),
    ("America/Edmonton", "368 403 587 780 825"),
    ("America/Winnipeg", "204 306 431 474 584 639"),
];

/// The beginnings of phone numbers, with their `+`, and the zone of each. The longest that fits a number counts.
pub fn zones() -> (Vec<String>, Vec<String>) {
    let countries = COUNTRIES.split('|').filter_map(|one| one.trim().split_once(' '));
    let countries = countries.map(|(code, zone)| (format!("+{code}"), zone.to_owned()));
    let areas = AREAS
        .iter()
        .flat_map(|(zone, codes)| codes.split_whitespace().map(move |code| (format!("+1{code}"), (*zone).to_owned())));
    countries.chain(areas).unzip()
}

#[cfg(test)]
mod tests {
    use super::zones;

    #[test]
    fn a_number_is_where_its_longest_beginning_says() {
        let (begins, zones) = zones();
        let of = |number: &str| {
            let fitting = begins.iter().zip(&zones).filter(|(begin, _)| number.starts_with(begin.as_str()));
            fitting.max_by_key(|(begin, _)| begin.len()).map(|(_, zone)| zone.as_str())
        };
        for (number, zone) in [
            ("+14155550123", Some("America/Los_Angeles")),
            ("+12125550123", Some("America/New_York")),
            ("+16045550123", Some("America/Vancouver")),
            ("+4930123456", Some("Europe/Berlin")),
            ("+351210000000", Some("Europe/Lisbon")),
            ("+21212345678", Some("Africa/Casablanca")),
            ("+99912345678", None),
        ] {
            assert_eq!(of(number), zone, "{number}");
        }
        let mut once: Vec<&String> = begins.iter().collect();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), begins.len(), "every beginning stands there once");
        assert!(begins.iter().all(|begin| begin[1..].bytes().all(|b| b.is_ascii_digit())), "{begins:?}");
    }
}
