//! Numbers as people type them, as lists have them, and as machines give them.

use super::Phone;

/// Each writing, the calling code of its list, and the number, or nothing where it has to be refused.
fn read(cases: &[(&str, u32, Option<&str>)]) {
    for (typed, code, wanted) in cases {
        assert_eq!(Phone::typed(typed, *code).ok().as_ref().map(Phone::as_str), *wanted, "{typed:?} under {code}");
    }
}

#[test]
fn numbers_are_read_as_people_type_them() {
    read(&[
        ("+1 (415) 555-0123", 1, Some("+14155550123")),
        ("415.555.0123", 1, Some("+14155550123")),
        ("1 415 555 0123", 1, Some("+14155550123")),
        ("0044 20 7946 0958", 49, Some("+442079460958")),
        ("0044 20 7946 0958", 1, Some("+442079460958")),
        ("00 1 415 555", 1, None),
        ("+44 (0) 20 7946 0201", 1, Some("+442079460201")),
        ("+61 491 570 006", 1, Some("+61491570006")),
        ("06 1234 5678", 39, Some("+390612345678")),
        ("0170 1234567", 49, Some("+491701234567")),
        ("491701234567", 49, Some("+491701234567")),
        ("(55) 99912-3461", 55, Some("+5555999123461")),
        ("1-800-FLOWERS", 1, Some("+18003569377")),
        ("12345", 1, None),
        ("", 1, None),
        ("bad", 49, None),
        ("+0123456789", 1, None),
        ("+1234567890123456", 1, None),
    ]);
}

#[test]
fn no_number_is_made_of_one_that_is_none() {
    // Numbers of other countries under the US default: no area code and no exchange begins with 0 or 1.
    read(&[("0612345678", 1, None), ("0791234567", 1, None), ("0412345678", 1, None), ("4151555012", 1, None)]);
    for (typed, code) in [
        ("020 7946 0275 #12", 44),
        ("+1 415 555 0123 x12", 1),
        ("+1 415 555 0123 ext. 12", 1),
        ("tel:+1-415-555-0123;ext=12", 1),
    ] {
        let why = Phone::typed(typed, code).unwrap_err();
        assert!(why.contains("extension"), "{typed}: {why}");
    }
}

#[test]
fn a_spreadsheets_amount_is_the_number_or_is_refused() {
    read(&[
        ("+14155550211.0", 1, Some("+14155550211")),
        ("4155550211.00", 1, Some("+14155550211")),
        ("1.4155550211E10", 1, Some("+14155550211")),
        ("1.4155550211E+10", 1, Some("+14155550211")),
        ("1.41556E+10", 1, None),
    ]);
}

#[test]
fn marks_that_nobody_sees_and_words_around_do_no_harm() {
    read(&[
        ("\u{202a}+1 415 555 0123\u{202c}", 1, Some("+14155550123")),
        ("\u{feff}415\u{2011}555\u{2010}0123", 1, Some("+14155550123")),
        ("415\u{a0}555\u{2013}0123", 1, Some("+14155550123")),
        ("tel:+1-415-555-0123", 1, Some("+14155550123")),
        ("Mobile: 415-555-0123", 1, Some("+14155550123")),
        ("415-555-0123 or 5", 1, Some("+14155550123")),
        ("415-555-0123 or 415-555-0124", 1, None),
        ("＋１４１５５５５０１２３", 1, Some("+14155550123")),
    ]);
}

#[test]
fn one_person_has_one_number_however_a_channel_writes_it() {
    for (one, other) in [("+551187654321", "+5511987654321"), ("+5215512345678", "+525512345678")] {
        assert_eq!(Phone::parse(one), Phone::parse(other));
    }
    let (with, without) = (Phone::parse("+5491123456789").unwrap(), Phone::parse("+541123456789").unwrap());
    assert_eq!((with.also(), without.also()), (Some(without.clone()), Some(with.clone())));
    assert_eq!(Phone::parse("+14155550123").unwrap().also(), None);
}

#[test]
fn whoever_writes_from_a_number_that_no_plan_knows_is_heard() {
    assert_eq!(Phone::parse("+15552900477").as_ref().map(Phone::as_str), Ok("+15552900477"));
    assert!(Phone::typed("+12125552", 1).is_err(), "too short for any plan");
    for none in ["", "+", "SUPPORT", "68849", "+123456", "+1415555012x"] {
        assert!(Phone::parse(none).is_err(), "{none}");
    }
}
