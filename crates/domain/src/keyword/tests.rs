//! Messages as people write them. The lists are of kinds, and each kind has members that no list of ours has.

use super::*;

fn stops(body: &str) -> bool {
    keyword(body) == Some(Keyword::Stop)
}

#[test]
fn stop_counts_in_every_form_that_people_write() {
    let missed: Vec<&str> = [
        // The keywords of carriers.
        "STOP",
        "stop",
        " Stop! ",
        "Unsubscribe.",
        "cancel",
        "opt-out",
        "QUIT",
        "\"stop\"",
        "STOPALL",
        "stop all",
        "END",
        "revoke",
        "Opt out",
        // Punctuation, quotes, emoji, white space, invisible signs.
        "“STOP”",
        "STOP…",
        "🛑 STOP 🛑",
        "¡STOP!",
        "STOP。",
        "«stop»",
        "(stop)",
        "*STOP*",
        "_stop_",
        "> stop",
        "- STOP",
        "STOP 🙏",
        "STOP!!!1",
        "🛑",
        "STOP\0",
        "\u{feff}STOP",
        "ST\u{200b}OP",
        "STOP\u{fffd}",
        "\u{200f}STOP\u{200e}",
        // Letters of other styles.
        "ＳＴＯＰ",
        "𝐒𝐓𝐎𝐏",
        "ⓈⓉⓄⓅ",
        "🅢🅣🅞🅟",
        "SТОР",
        "S T O P",
        "S.T.O.P.",
        "s-t-o-p",
        // Slips and repetition.
        "STPO",
        "sotp",
        "stopp",
        "STOOOOP",
        "stp",
        "dtop",
        "st0p",
        "Unsubcribe",
        "unsuscribe",
        "un-subscribe",
        "STOP STOP STOP",
        "stopstopstop",
        "pleasestop",
        "cancle",
        // Politeness.
        "Stop. Thank you",
        "Please stop",
        "STOP NOW",
        "stop please",
        "Ok stop",
        "no stop",
        "Hi, stop please. Thanks!",
        "STOP!! thank you very much",
        "can you please stop",
        "I said STOP",
        "I want to stop",
        "I'd like you to stop please",
        "You need to stop",
        // An object.
        "Stop messages",
        "stop these texts",
        "STOP TEXTING ME",
        "stop it",
        "Stop all messages to this number",
        "please stop sending me messages",
        "could you stop calling me please",
        "Stop promotions",
        "stop spamming me!!",
        "stop contacting me immediately",
        "cancel these texts",
        "Reply STOP",
        "STOP to opt out",
        // Other words for it.
        "I want to unsubscribe",
        "How do I unsubscribe?",
        "unsubscribe me from this list",
        "opt me out please",
        "Take me off your list",
        "remove my number from your database",
        "leave me alone",
        "no more texts",
        "Don't text me",
        "Do not contact me again",
        "never message me",
        "I don't want to receive these messages anymore",
        "I do not want any more calls",
        "lose my number",
        "I revoke my consent",
        // With a reason.
        "not interested, stop texting",
        "Wrong number, stop",
        "No thanks. Stop.",
        "Thanks but please stop",
        "Who is this? Stop texting me.",
        "I have asked three times already, please stop texting me or I will report you",
        "If you don't stop texting me I'll call the police",
        "STOP. I never signed up for this.",
        // Other languages.
        "ARRET",
        "Arrêt",
        "arrêtez s'il vous plaît",
        "désabonner",
        "ALTO",
        "baja",
        "Basta",
        "parar",
        "PARE",
        "no más mensajes",
        "cancelar suscripción",
        "annulla iscrizione",
        "no me escriban más",
        "Stopp",
        "bitte keine Nachrichten mehr",
        "Abmelden",
        "aufhören",
        "afmelden",
        "stoppen aub",
        "Basta messaggi",
        "cancellami",
        "sair",
        "СТОП",
        "отписаться",
        "Не пишите мне больше",
        "dur",
        "توقف",
        "إلغاء الاشتراك",
        "הסר",
        "停止",
        "退订",
        "请停止",
        "配信停止してください",
        "やめてください",
        "ストップ",
        "그만",
        "수신거부",
        "बंद करो",
        "หยุด",
        "berhenti",
        "στοπ",
    ]
    .into_iter()
    .filter(|body| !stops(body))
    .collect();
    assert_eq!(missed, Vec::<&str>::new());
}

#[test]
fn an_ordinary_sentence_with_such_a_word_is_no_stop() {
    let taken: Vec<&str> = [
        "don't stop",
        "stop by tomorrow?",
        "the bus stop",
        "When does it end?",
        "I want to cancel my appointment",
        "stop by tomorrow",
        "yes",
        "",
        "non-stop",
        "the end",
        "Please don't stop texting me",
        "never stop",
        "Can I stop by the office at 5?",
        "stop by the office at 5?",
        "Which stop is yours?",
        "Is there a bus stop nearby",
        "my stop is next",
        "I can't stop laughing",
        "it never stops raining",
        "I'll stop by",
        "one stop shop",
        "Why did you stop texting me?",
        "I don't want to unsubscribe",
        "Can I cancel later if it is not for me?",
        "I want to cancel",
        "cancel my order",
        "end of the month",
        "at the end",
        "quit my job yesterday",
        "step",
        "shop",
        "top",
        "spot on",
        "in stock",
        "store",
        "STOP sign on 5th",
        "where do I get off, next stop?",
        "full stop",
        "stopover in Paris",
        "Don't call me before ten, I am asleep",
        "don't call me now",
        "Do call me tomorrow",
        "no more questions, thanks",
        "leave me a message",
        "call me",
        "text me",
        "Please send it now",
        "stop worrying, all good",
        "Do you stop at the airport?",
        "When do you stop sending the offer?",
        "停车场在哪里",
        "parar en la esquina?",
        "para mañana",
        "¿Dónde está la parada?",
        "Wann hört das auf?",
        "Das Ende ist nah",
        "I'm not interested",
        "No",
        "wrong number",
        "🙂",
        "👍 great",
        "Stop! That's hilarious, I love it",
        "I will not be there, please cancel my visit",
        "remove the second item",
        "Is the stop button red?",
    ]
    .into_iter()
    .filter(|body| stops(body))
    .collect();
    assert_eq!(taken, Vec::<&str>::new());
}

#[test]
fn to_be_written_to_again_takes_the_very_word() {
    for body in ["START", "start", "Start!", "unstop", "ＳＴＡＲＴ", "start please", "START\0"] {
        assert_eq!(keyword(body), Some(Keyword::Start), "{body}");
    }
    for body in ["When do we start?", "let's start", "restart", "stat", "starts", "yes", "start tomorrow"] {
        assert_eq!(keyword(body), None, "{body}");
    }
    assert_eq!(keyword("Help!"), Some(Keyword::Help));
}

#[test]
fn two_and_nine_say_never_call_again() {
    for digits in ["2", "9", "2#", "22", " 9 "] {
        assert_eq!(key(digits), Key::NoCalls, "{digits}");
    }
    for digits in ["1", "12", "", "#", "0", "29a"] {
        assert_eq!(key(digits), Key::Other, "{digits}");
    }
}

/// Wordings that were thought of after the words were written, each of a kind of its own, and missed then.
#[test]
fn stop_counts_in_oblique_words_and_in_many_languages() {
    for body in [
        "wrong number. please remove",
        "I no longer wish to receive these texts",
        "stop 2 end",
        "Kindly discontinue these messages",
        "put me on your do not call list",
        "This number is on the do not call list",
        "I withdraw consent to be contacted",
        "already told you to stop",
        "I'd like to be removed from this list",
        "Why are you still texting me? Stop.",
        "get me off this list",
        "please unsubscribe my email address",
        "stop u are annoying",
        "no sms",
        "Bitte streichen Sie mich von der Liste",
        "Ich widerrufe meine Einwilligung",
        "Ich möchte keine Werbung mehr bekommen",
        "Je ne veux plus de vos messages",
        "Veuillez me retirer de vos listes",
        "Merci de ne plus m'écrire",
        "ya no quiero recibir mensajes",
        "bórrenme de su lista",
        "Não quero receber mais nada",
        "toglietemi dalla lista",
        "non voglio più ricevere messaggi",
        "haal me van de lijst",
        "nie życzę sobie kontaktu",
        "usuńcie mój numer",
        "Удалите мой номер",
        "не надо мне писать",
        "mesaj istemiyorum",
        "lütfen numaramı silin",
        "Skicka inte fler sms",
        "ta bort mig",
        "fjern mig fra listen",
        "poista minut listalta",
        "vyřaďte mě ze seznamu",
        "kérem töröljenek a listáról",
        "nu îmi mai trimiteți mesaje",
        "μην μου στέλνετε μηνύματα",
        "jangan kirim pesan lagi",
        "đừng nhắn tin nữa",
        "להסיר אותי",
        "بند کرو",
        "मुझे मैसेज मत भेजो",
        "বন্ধ করুন",
        "தயவுசெய்து நிறுத்துங்கள்",
        "不想再收到短信",
        "别打扰我",
        "メッセージはいりません",
        "문자 보내지 마세요",
        "더 이상 연락하지 마세요",
        "tafadhali acha",
    ] {
        assert!(stops(body), "{body}");
    }
}

#[test]
fn another_way_and_another_list_are_no_stop() {
    for body in [
        "don't call, text me",
        "Do not call me at work, use my mobile",
        "no messages from you today?",
        "Can you take me off the waiting list for Tuesday and put me on Friday?",
        "take me off the guest list for Saturday",
        "Can you unsubscribe my colleague and keep me?",
        "Remove the old address please",
        "remova um item do pedido",
        "удалите один товар из заказа",
        "Quitar una línea de mi pedido",
        "Skicka en offert till mig",
        "Kirim brosur ke saya",
        "문자 보내 주세요",
        "no more questions, thanks",
    ] {
        assert!(!stops(body), "{body}");
    }
}
