//! Each check of an answer, and the answer of the rules.

use uuid::Uuid;

use super::*;
use crate::flow::step::RunStatus;

fn channel(channel: Channel, sent: i64, replied: i64) -> ChannelFigures {
    ChannelFigures {
        channel,
        sent,
        delivered: sent,
        replied,
        opted_out: 0,
        failed: 0,
        escalated: 0,
        cost_micros: Micros(0),
    }
}

fn lead(name: &str, tier: Option<Tier>, intent: Option<Intent>) -> LeadFigures {
    LeadFigures {
        lead: name.into(),
        tier,
        run: RunStatus::WaitingReply,
        step: "n3".into(),
        intent,
        sentiment: None,
        wrote_hours_ago: intent.map(|_| 5),
        unanswered: false,
        escalated: false,
    }
}

fn facts() -> Facts {
    let step = |step: &str, channel, sent| StepFigures {
        step: step.into(),
        name: "Send".into(),
        channel,
        sent,
        delivered: sent,
        replied: 0,
        opted_out: 0,
        failed: 0,
    };
    let mut hours = vec![0; 24];
    (hours[14], hours[15], hours[3]) = (4, 2, 9);
    Facts {
        status: CampaignStatus::Active,
        people: 40,
        under_way: 10,
        replied: 10,
        cost_micros: Micros(1_200),
        channels: vec![channel(Channel::Sms, 40, 8), channel(Channel::Whatsapp, 20, 2)],
        steps: vec![step("n2", Channel::Sms, 40), step("n5", Channel::Whatsapp, 20)],
        answers_by_hour: hours,
        answers_by_weekday: vec![
            WeekdayFigures { day: Weekday::Friday, answers: 1 },
            WeekdayFigures { day: Weekday::Monday, answers: 5 },
        ],
        leads: vec![
            lead("l1", None, None),
            lead("l2", Some(Tier::Hot), Some(Intent::MeetingRequest)),
            lead("l3", Some(Tier::Cold), Some(Intent::NotInterested)),
        ],
    }
}

/// A good answer after a change.
fn changed(change: impl FnOnce(&mut Answer)) -> Answer {
    let mut answer = by_rules(&facts());
    change(&mut answer);
    answer
}

fn refused(change: impl FnOnce(&mut Answer)) -> String {
    let problems = check(&changed(change), &facts());
    problems.0.iter().map(|p| format!("{}: {}", p.field, p.message)).collect::<Vec<_>>().join("; ")
}

#[test]
fn nothing_that_was_not_given_is_taken() {
    type Change = fn(&mut Answer);
    let cases: [(Change, &str); 7] = [
        (|a| a.channels[0].shares[0].channel = Channel::Voice, "`voice` is not one of the campaign's channels"),
        (|a| a.channels[0].tier = "warm".into(), "`warm` is not one of the leads' tiers"),
        (|a| a.priorities[0].lead = "l99".into(), "`l99` is not one of the leads"),
        (|a| a.timing.step = "n3".into(), "`n3` is not one of the steps that send"),
        (|a| a.analysis.action = Recommendation::Activate, "ACTIVATE makes no sense while it is active"),
        (|a| a.channels.clear(), "one mix must be for `all`"),
        (|a| a.priorities.clear(), "name at least one lead"),
    ];
    for (change, said) in cases {
        assert!(refused(change).contains(said), "{said}: {}", refused(change));
    }
    assert_eq!(refused(|_| ()), "");
}

#[test]
fn nothing_is_named_twice() {
    for (said, twice) in [
        (refused(|a| a.channels.push(a.channels[0].clone())), "`all` stands there twice"),
        (refused(|a| a.channels[0].shares.extend_from_within(..1)), "`sms` stands there twice"),
        (refused(|a| a.priorities.push(a.priorities[0].clone())), "`l2` stands there twice"),
        (refused(|a| a.timing.weekdays.push(Weekday::Monday)), "`monday` stands there twice"),
    ] {
        assert!(said.contains(twice), "{twice}: {said}");
    }
}

#[test]
fn shares_add_up_to_a_hundred() {
    assert!(refused(|a| a.channels[0].shares[0].share -= 1).contains("add up to 99, not to 100"));
    let none = refused(|a| a.channels[0].shares[0].share = 0);
    assert!(none.contains("from 1 to 100"), "{none}");
    assert!(refused(|a| a.channels[0].shares.clear()).contains("add up to 0"));
}

#[test]
fn hours_stay_within_the_day_in_which_people_may_be_written_to() {
    for (from, to, good) in
        [(8, 21, true), (9, 10, true), (7, 10, false), (19, 22, false), (12, 12, false), (14, 9, false)]
    {
        let said = refused(|a| (a.timing.from_hour, a.timing.to_hour) = (from, to));
        assert_eq!(said.is_empty(), good, "{from} to {to}: {said}");
    }
    assert!(refused(|a| a.timing.wait_hours = 721).contains("at most 720 hours"));
    assert!(refused(|a| a.timing.weekdays.clear()).contains("at least one day"));
}

#[test]
fn texts_are_there_and_confidence_is_a_share() {
    for confidence in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(refused(|a| a.analysis.confidence = confidence).contains("from 0 to 1"), "{confidence}");
    }
    assert!(refused(|a| a.analysis.summary = " ".into()).contains("analysis.summary: must not be empty"));
    assert!(refused(|a| a.priorities[0].reason = String::new()).contains("priorities.0: must not be empty"));
    assert!(refused(|a| a.analysis.works = vec!["x".into(); 6]).contains("at most 5 things"));
}

#[test]
fn what_holds_gets_ids_and_an_order_and_is_cut_to_its_length() {
    let ids: Vec<LeadId> = (1..=3).map(|n| LeadId::new(Uuid::from_u128(n))).collect();
    let answer = changed(|a| {
        let shares = vec![ChannelShare { channel: Channel::Sms, share: 100, reason: "x".repeat(900) }];
        a.channels.insert(0, NamedMix { tier: "cold".into(), shares });
        a.timing.weekdays = vec![Weekday::Friday, Weekday::Monday];
    });
    let advice = take(answer, &facts(), &ids).unwrap();
    assert_eq!(advice.channels.iter().map(|mix| mix.tier).collect::<Vec<_>>(), [None, Some(Tier::Cold)]);
    assert_eq!(advice.channels[1].shares[0].reason.chars().count(), 400);
    assert_eq!(advice.timing.weekdays, [Weekday::Monday, Weekday::Friday]);
    let first = &advice.priorities[0];
    assert_eq!((first.lead_id, first.tier, first.intent), (ids[1], Some(Tier::Hot), Some(Intent::MeetingRequest)));
    assert!(take(changed(|a| a.priorities[0].lead = "l4".into()), &facts(), &ids).is_err());
}

#[test]
fn the_rules_say_what_was_counted() {
    let read = by_rules(&facts());
    assert_eq!(read.analysis.action, Recommendation::Continue);
    assert!(read.analysis.summary.contains("60 messages went to 40 people; 10 of them answered (25 %)"), "{read:?}");
    let shares: Vec<_> = read.channels[0].shares.iter().map(|s| (s.channel, s.share)).collect();
    assert_eq!(shares, [(Channel::Sms, 62), (Channel::Whatsapp, 38)]);
    let leads: Vec<&str> = read.priorities.iter().map(|pick| pick.lead.as_str()).collect();
    assert_eq!(leads, ["l2", "l1", "l3"]);
    // What came in the night does not make the night a time to write.
    assert_eq!((read.timing.from_hour, read.timing.to_hour, read.timing.step.as_str()), (13, 16, "n5"));
    assert_eq!(read.timing.weekdays, [Weekday::Monday, Weekday::Friday]);

    let mut untried = facts();
    untried.channels.push(channel(Channel::Voice, 0, 0));
    let last = by_rules(&untried).channels[0].shares[2].clone();
    assert_eq!((last.channel, last.share), (Channel::Voice, 16), "what nobody tried is not put first");

    let mut leaving = facts();
    leaving.channels[0].opted_out = 9;
    assert_eq!(by_rules(&leaving).analysis.action, Recommendation::Pause);
    leaving.status = CampaignStatus::Paused;
    assert_eq!(by_rules(&leaving).analysis.action, Recommendation::Modify);
    let mut failing = facts();
    failing.channels[1].failed = 20;
    assert_eq!(by_rules(&failing).analysis.action, Recommendation::Modify);
}

#[test]
fn a_channel_over_which_nothing_went_out_is_not_called_untried() {
    let mut failing = facts();
    failing.channels.push(ChannelFigures { failed: 23, ..channel(Channel::Voice, 0, 0) });
    let reason = &by_rules(&failing).channels[0].shares[2].reason;
    assert!(reason.contains("23 messages were not sent") && !reason.contains("yet"), "{reason}");
}

#[test]
fn ten_minutes_of_one_afternoon_tell_no_time_of_day() {
    let mut one = facts();
    one.channels[0].sent = 60;
    one.answers_by_weekday = vec![WeekdayFigures { day: Weekday::Monday, answers: 111 }];
    one.answers_by_hour[12] = 111;
    let read = by_rules(&one);
    assert_eq!((read.timing.from_hour, read.timing.weekdays.len()), (10, 3), "{:?}", read.timing);
    assert!(read.timing.reason.contains("too few days"), "{:?}", read.timing);
    assert!(read.analysis.confidence < 0.5, "{}", read.analysis.confidence);
}

#[test]
fn the_rules_answer_holds_whatever_the_figures_are() {
    let mut odd = vec![facts()];
    for status in CampaignStatus::ALL {
        let one =
            Facts { status: *status, leads: vec![], answers_by_weekday: vec![], answers_by_hour: vec![], ..facts() };
        let three = [(Channel::Sms, 3_000, 0), (Channel::Whatsapp, 0, 0), (Channel::Voice, 1, 1)];
        let channels = three.map(|(c, sent, replied)| channel(c, sent, replied)).to_vec();
        odd.extend([one.clone(), Facts { channels, ..one }]);
    }
    for facts in odd {
        let problems = check(&by_rules(&facts), &facts);
        assert!(problems.is_empty(), "{problems:?} for {facts:?}");
    }
}

#[test]
fn the_schema_names_only_what_the_campaign_has() {
    let schema = schema(&facts());
    let inner = &schema["properties"];
    let words = |at: &serde_json::Value| serde_json::from_value::<Vec<String>>(at["enum"].clone()).unwrap_or_default();
    assert_eq!(words(&inner["analysis"]["properties"]["action"]), ["PAUSE", "MODIFY", "CONTINUE"]);
    let mix = &inner["channels"]["items"]["properties"];
    assert_eq!(words(&mix["tier"]), ["all", "hot", "cold"]);
    assert_eq!(words(&mix["shares"]["items"]["properties"]["channel"]), ["sms", "whatsapp"]);
    assert_eq!(words(&inner["priorities"]["items"]["properties"]["lead"]), ["l1", "l2", "l3"]);
    assert_eq!(words(&inner["timing"]["properties"]["step"]), ["n2", "n5"]);
    let nobody = super::schema(&Facts { leads: vec![], ..facts() });
    assert!(
        nobody["properties"]["priorities"]["items"]["properties"]["lead"]["enum"].is_null(),
        "no empty list of words"
    );
}
