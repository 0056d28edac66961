//! Leads against a real database, as the product's own role.

use domain::access::Role;
use domain::filter::Filter;
use domain::id::AgentId;
use sqlx::PgPool;

use super::*;
use crate::intake::{Desk, desk};

fn draft(phone: &str) -> LeadDraft {
    LeadDraft { name: "Ada".into(), phone: Some(phone.into()), ..LeadDraft::default() }
}

fn fields(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(problems) => problems.0.into_iter().map(|p| p.field).collect(),
        other => panic!("expected field problems, got {other}"),
    }
}

async fn consents(desk: &Desk, id: LeadId) -> Vec<(bool, String)> {
    let mut tx = desk.cx.read().await.unwrap();
    db::leads::consents(&mut tx, id).await.unwrap().into_iter().map(|c| (c.granted, c.source)).collect()
}

async fn search(desk: &Desk, q: &str) -> i64 {
    let mut tx = desk.cx.read().await.unwrap();
    db::leads::list(&mut tx, &Filter { q: Some(q.into()), ..Filter::default() }).await.unwrap().total
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_lead_is_made_found_changed_and_deleted(pool: PgPool) {
    let desk = desk(&pool).await;
    let first =
        LeadDraft { email: Some("Ada@Example.com".into()), company: "50% Off".into(), ..draft("(415) 555-0123") };
    let lead = create(&desk.cx, first.clone()).await.unwrap();
    assert_eq!((lead.phone.as_deref(), lead.email.as_deref()), (Some("+14155550123"), Some("ada@example.com")));
    for (q, found) in
        [("ADA", 1), ("50%", 1), ("5_%", 0), ("415 555", 1), ("555-0123", 1), ("example.COM", 1), ("zzz", 0)]
    {
        assert_eq!(search(&desk, q).await, found, "{q}");
    }

    assert_eq!(fields(create(&desk.cx, first.clone()).await.unwrap_err()), ["phone", "email"]);
    let stranger = LeadDraft { assigned_agent: Some(desk.cx.new_id::<AgentId>()), ..draft("+14155550199") };
    assert_eq!(fields(create(&desk.cx, stranger).await.unwrap_err()), ["assigned_agent"]);

    let changed = update(&desk.cx, lead.id, LeadDraft { email: None, ..draft("+14155550124") }).await.unwrap();
    assert_eq!((changed.phone.as_deref(), changed.email), (Some("+14155550124"), None));
    update(&desk.cx, lead.id, draft("+14155550124")).await.unwrap();
    create(&desk.cx, first.clone()).await.unwrap();
    assert_eq!(fields(update(&desk.cx, lead.id, first).await.unwrap_err()), ["phone", "email"]);

    delete(&desk.cx, lead.id).await.unwrap();
    assert!(matches!(get(&desk.cx, lead.id).await, Err(Error::NotFound)));
    assert!(matches!(delete(&desk.cx, lead.id).await, Err(Error::NotFound)));
    create(&desk.cx, draft("+14155550124")).await.expect("the number is free again");
}

#[sqlx::test(migrations = "../../migrations")]
async fn roles_and_walls_hold(pool: PgPool) {
    let desk = desk(&pool).await;
    let lead = create(&desk.cx, draft("+14155550123")).await.unwrap();
    assert!(matches!(create(&desk.acting(Role::Viewer), draft("+14155550124")).await, Err(Error::Forbidden(_))));
    assert!(matches!(delete(&desk.acting(Role::Member), lead.id).await, Err(Error::Forbidden(_))));
    let elsewhere = desk.elsewhere().await;
    assert!(matches!(get(&elsewhere, lead.id).await, Err(Error::NotFound)));
    create(&elsewhere, draft("+14155550123")).await.expect("another workspace may know the same person");
}

#[sqlx::test(migrations = "../../migrations")]
async fn every_change_of_consent_is_written_down(pool: PgPool) {
    let desk = desk(&pool).await;
    let lead = create(&desk.cx, LeadDraft { consent: true, ..draft("+14155550123") }).await.unwrap();
    assert_eq!((lead.consent_at, lead.consent_source.as_str()), (Some(desk.cx.now()), "operator"));

    desk.clock.advance(chrono::Duration::hours(1));
    let same = update(&desk.cx, lead.id, LeadDraft { consent: true, ..draft("+14155550123") }).await.unwrap();
    assert_eq!((same.consent_at, &same.consent_source), (lead.consent_at, &lead.consent_source));
    let fair = LeadDraft { consent: true, consent_source: "fair".into(), ..draft("+14155550123") };
    update(&desk.cx, lead.id, fair).await.unwrap();
    desk.clock.advance(chrono::Duration::hours(1));
    let none = update(&desk.cx, lead.id, draft("+14155550123")).await.unwrap();
    assert_eq!((none.consent, none.consent_at), (false, None));
    let expected = [(false, "operator"), (true, "fair"), (true, "operator")].map(|(g, s)| (g, s.to_owned()));
    assert_eq!(consents(&desk, lead.id).await, expected);
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_opt_out_outlives_the_lead_and_only_the_person_undoes_it(pool: PgPool) {
    let desk = desk(&pool).await;
    let lead = create(&desk.cx, LeadDraft { consent: true, ..draft("+14155550123") }).await.unwrap();
    for _ in 0..2 {
        let mut tx = desk.cx.write().await.unwrap();
        let lead = db::leads::find(&mut tx, lead.id).await.unwrap().unwrap();
        opt_out(&desk.cx, &mut tx, &lead, "sms:stop").await.unwrap();
        tx.commit().await.unwrap();
    }
    let stopped = get(&desk.cx, lead.id).await.unwrap();
    assert_eq!((stopped.status, stopped.consent), (LeadStatus::OptedOut, false));
    assert_eq!(consents(&desk, lead.id).await.len(), 2);

    let tick = LeadDraft { consent: true, ..draft("+14155550123") };
    assert_eq!(fields(update(&desk.cx, lead.id, tick.clone()).await.unwrap_err()), ["consent"]);
    delete(&desk.cx, lead.id).await.unwrap();
    assert_eq!(fields(create(&desk.cx, tick.clone()).await.unwrap_err()), ["consent"]);
    let again = create(&desk.cx, draft("+14155550123")).await.unwrap();
    assert_eq!(again.status, LeadStatus::OptedOut);

    let mut tx = desk.cx.write().await.unwrap();
    assert!(!db::leads::advance_status(&mut tx, again.id, LeadStatus::Replied, desk.cx.now()).await.unwrap());
    opt_in(&desk.cx, &mut tx, &again, "sms:start").await.unwrap();
    tx.commit().await.unwrap();
    let back = get(&desk.cx, again.id).await.unwrap();
    assert_eq!((back.status, back.consent), (LeadStatus::Replied, true));
    let mut tx = desk.cx.read().await.unwrap();
    let phone = Phone::parse("+14155550123").unwrap();
    assert!(!db::leads::is_suppressed(&mut tx, &phone).await.unwrap());
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_bulk_request_makes_what_it_can_and_names_the_rest(pool: PgPool) {
    let desk = desk(&pool).await;
    create(&desk.cx, draft("+14155550100")).await.unwrap();
    let mail = |address: &str| Some(address.to_owned());
    let result = bulk(
        &desk.cx,
        vec![
            LeadDraft { email: mail("a@b.co"), consent: true, ..draft("+14155550101") },
            draft("+1 415 555 0101"),
            LeadDraft { email: mail("free@b.co"), ..draft("+14155550100") },
            draft("nonsense"),
            LeadDraft { assigned_agent: Some(desk.cx.new_id()), ..draft("+14155550102") },
            LeadDraft { email: mail("free@b.co"), ..LeadDraft::default() },
        ],
    )
    .await
    .unwrap();
    assert_eq!((result.created, result.skipped, result.total), (1, 5, 6));
    let said: Vec<_> = result.problems.iter().map(|p| (p.row, p.field.as_str())).collect();
    assert_eq!(said, [(2, "phone"), (3, "phone"), (4, "phone"), (5, "assigned_agent"), (6, "email")]);
    assert_eq!(search(&desk, "").await, 2);

    assert_eq!(fields(bulk(&desk.cx, vec![]).await.unwrap_err()), ["leads"]);
    assert_eq!(fields(bulk(&desk.cx, vec![draft("+1"); 1001]).await.unwrap_err()), ["leads"]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_batches_with_the_same_people_make_each_once_and_whole(pool: PgPool) {
    let desk = desk(&pool).await;
    // The numbers run one way and the addresses the other, so every row shares one identifier with another row of the other batch.
    let batch = |shift: usize| -> Vec<LeadDraft> {
        (0..200)
            .map(|i| LeadDraft {
                email: Some(format!("p{}@b.co", (i + shift) % 200)),
                ..draft(&format!("+1415555{i:04}"))
            })
            .collect()
    };
    let (one, two) = tokio::join!(bulk(&desk.cx, batch(0)), bulk(&desk.cx, batch(7)));
    assert_eq!(one.unwrap().created + two.unwrap().created, 200);
    let halves: i64 = sqlx::query_scalar(
        "select count(*) from leads l where deleted_at is null and 2 <> (select count(*) from lead_identifiers i where i.lead_id = l.id)",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(halves, 0);
}
