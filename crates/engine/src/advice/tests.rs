//! Who may ask for advice, and what is said where there is nothing to read.

use domain::access::Role;
use domain::campaign::CampaignDraft;
use sqlx::PgPool;

use super::*;
use crate::campaigns;
use crate::intake::desk;

#[sqlx::test(migrations = "../../migrations")]
async fn who_may_not_or_cannot_is_told_why_and_no_model_is_asked(pool: PgPool) {
    let desk = desk(&pool).await;
    let draft = CampaignDraft { name: "Spring".into(), agent_id: None };
    let spring = campaigns::create(&desk.cx, draft, None).await.unwrap().id;
    let viewer = desk.acting(Role::Viewer);
    assert!(matches!(ask(&viewer, spring).await, Err(Error::Forbidden(Right::Write))));
    assert_eq!(last(&viewer, spring).await.unwrap(), None, "looking is free");
    let stranger = desk.elsewhere().await;
    assert!(matches!(ask(&stranger, spring).await, Err(Error::NotFound)));
    assert!(matches!(last(&stranger, spring).await, Err(Error::NotFound)));
    let nothing = ask(&desk.cx, spring).await;
    assert!(matches!(&nothing, Err(Error::Conflict(why)) if why.contains("Nothing was sent")), "{nothing:?}");
    let asked: i64 = sqlx::query_scalar("select count(*) from llm_requests").fetch_one(&pool).await.unwrap();
    assert_eq!(asked, 0);
}
