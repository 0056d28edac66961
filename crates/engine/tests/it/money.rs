//! Budgets and keys on a real database: nothing passes a limit, nobody is told twice, no key opens more than it should.

use chrono::Duration;
use domain::agent::{ModelChoice, Provider};
use domain::api_key::{ApiKeyDraft, KeyScope};
use domain::budget::{BudgetDraft, BudgetScope};
use domain::money::Micros;
use engine::budgets::{self, Grant, Scope};
use engine::{Error, api_keys};
use futures::future::join_all;
use sqlx::PgPool;

use crate::world::World;

fn limit(micros: i64) -> BudgetDraft {
    BudgetDraft { limit_micros: Micros(micros), ..BudgetDraft::default() }
}

async fn told(world: &World, kind: &str) -> Vec<String> {
    sqlx::query_scalar("select title from events where kind = $1 order by id")
        .bind(kind)
        .fetch_all(&world.admin)
        .await
        .unwrap()
}

/// Spent and held, over all accounts of a scope.
async fn account(world: &World, scope: &str) -> (i64, i64) {
    sqlx::query_as("select coalesce(sum(spent_micros), 0)::bigint, coalesce(sum(held_micros), 0)::bigint from spend_days where scope = $1")
        .bind(scope)
        .fetch_one(&world.admin)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_thousand_calls_at_once_never_pass_a_limit(pool: PgPool) {
    let world = World::accepting(pool).await;
    // The workspace could pay for 400 calls, the agent for 150 of them, so both limits are reached at the same time.
    budgets::create(&world.cx, limit(40_000)).await.unwrap();
    let agent = BudgetDraft { scope: BudgetScope::Agent, agent_id: Some(world.agent), ..limit(15_050) };
    budgets::create(&world.cx, agent).await.unwrap();
    let calls = (0..1_000).map(|n| {
        let cx = world.cx.clone();
        let scope = Scope { agent: (n % 2 == 0).then_some(world.agent), ..Scope::default() };
        tokio::spawn(async move {
            match budgets::reserve(&cx, scope, Micros(100)).await.unwrap() {
                Grant::Reserved(held) | Grant::Low(held) => {
                    // The agent's cost the worst case or are never settled; of the others some cost less.
                    let cost =
                        if n % 2 == 0 { [Some(100), None][n / 2 % 2] } else { [Some(100), Some(40), None][n % 3] };
                    match cost {
                        Some(cost) => budgets::settle(&cx, held, Micros(cost)).await.unwrap(),
                        None => drop(held),
                    }
                    (scope.agent.is_some(), cost.unwrap_or(100))
                }
                Grant::Exhausted { .. } => (scope.agent.is_some(), 0),
                Grant::Unpriced(unpriced) => panic!("{unpriced:?}"),
            }
        })
    });
    let watched = tokio::spawn({
        let admin = world.admin.clone();
        async move {
            let mut most = (0, 0);
            for _ in 0..200 {
                let seen: Vec<(String, i64)> =
                    sqlx::query_as("select scope, spent_micros + held_micros from spend_days")
                        .fetch_all(&admin)
                        .await
                        .unwrap();
                for (scope, used) in seen {
                    if scope == "agent" { most.1 = most.1.max(used) } else { most.0 = most.0.max(used) }
                }
                tokio::task::yield_now().await;
            }
            most
        }
    });
    let done: Vec<(bool, i64)> = join_all(calls).await.into_iter().map(|d| d.unwrap()).collect();
    let most = watched.await.unwrap();
    let (all, agents): (i64, i64) = (done.iter().map(|d| d.1).sum(), done.iter().filter(|d| d.0).map(|d| d.1).sum());
    let (workspace, agent) = (account(&world, "workspace").await, account(&world, "agent").await);
    println!("1,000 calls at once: workspace {workspace:?} of 40000, agent {agent:?} of 15050, most seen {most:?}");
    assert!(most.0 <= 40_000 && most.1 <= 15_050, "{most:?}");
    assert_eq!(workspace.0 + workspace.1, all, "every call is on the workspace's account, once");
    assert_eq!(agent.0 + agent.1, agents, "and on the agent's");
    assert!(workspace.0 + workspace.1 <= 40_000 && agent.0 + agent.1 <= 15_050);
    assert_eq!(agent.0 + agent.1, 15_000, "and nothing was refused that fitted");
    assert_eq!(told(&world, "budget.used_up").await.iter().filter(|n| *n == "Mia").count(), 1, "told once");

    // What was abandoned comes back when it is needed.
    world.clock.advance(Duration::minutes(11));
    let scope = Scope { agent: Some(world.agent), ..Scope::default() };
    let grant = budgets::reserve(&world.cx, scope, Micros(agent.1)).await.unwrap();
    assert!(matches!(grant, Grant::Reserved(_) | Grant::Low(_)), "{grant:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn people_are_told_at_four_fifths_and_at_the_end_once_a_day(pool: PgPool) {
    let world = World::accepting(pool).await;
    let budget = budgets::create(&world.cx, limit(1_000)).await.unwrap();
    let spend = async |micros: i64| match budgets::reserve(&world.cx, Scope::default(), Micros(micros)).await.unwrap() {
        Grant::Reserved(held) => {
            budgets::settle(&world.cx, held, Micros(micros)).await.unwrap();
            "reserved"
        }
        Grant::Low(held) => {
            budgets::settle(&world.cx, held, Micros(micros)).await.unwrap();
            "low"
        }
        Grant::Exhausted { scope } => {
            assert_eq!(scope, BudgetScope::Workspace);
            "exhausted"
        }
        Grant::Unpriced(unpriced) => panic!("{unpriced:?}"),
    };
    assert_eq!(spend(790).await, "reserved");
    assert_eq!(told(&world, "budget.low").await, [""; 0]);
    assert_eq!(spend(10).await, "reserved");
    assert_eq!(told(&world, "budget.low").await, ["Acme"]);
    assert_eq!(spend(100).await, "low");
    for _ in 0..3 {
        assert_eq!(spend(101).await, "exhausted");
    }
    assert_eq!(spend(100).await, "low", "what fits exactly is granted");
    assert_eq!(spend(0).await, "low", "what costs nothing is always granted");
    assert_eq!((told(&world, "budget.low").await.len(), told(&world, "budget.used_up").await.len()), (1, 1));
    let seen = budgets::get(&world.cx, budget.id).await.unwrap();
    assert_eq!((seen.spent_micros, seen.held_micros, seen.percent()), (Micros(1_000), Micros(0), 100));
    assert!(seen.warned_at.is_some() && seen.used_up_at.is_some());
    let feed: Vec<_> = db::events::recent(&mut world.cx.read().await.unwrap(), 5).await.unwrap();
    assert!(feed.iter().any(|a| a.kind.as_str() == "budget.used_up" && a.subject == budget.id.to_string()));

    // A higher limit is used, and told of anew; so is the next day.
    budgets::save(&world.cx, budget.id, Micros(2_000)).await.unwrap();
    assert_eq!(spend(600).await, "reserved");
    assert_eq!(told(&world, "budget.low").await.len(), 2);
    world.clock.advance(Duration::days(1));
    assert_eq!(spend(1_700).await, "reserved");
    assert_eq!(told(&world, "budget.low").await.len(), 3);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_agents_own_limit_and_the_mornings_spending_count(pool: PgPool) {
    let world = World::accepting(pool).await;
    let own = Scope { agent: Some(world.agent), agent_limit: Some(Micros(500)), ..Scope::default() };
    let Grant::Reserved(held) = budgets::reserve(&world.cx, own, Micros(450)).await.unwrap() else { panic!() };
    budgets::settle(&world.cx, held, Micros(450)).await.unwrap();
    assert_eq!(told(&world, "budget.low").await, ["Mia"]);
    let grant = budgets::reserve(&world.cx, own, Micros(51)).await.unwrap();
    assert_eq!(grant, Grant::Exhausted { scope: BudgetScope::Agent });
    // A budget that is made now knows of the morning.
    let draft = BudgetDraft { scope: BudgetScope::Agent, agent_id: Some(world.agent), ..limit(460) };
    let made = budgets::create(&world.cx, draft.clone()).await.unwrap();
    assert_eq!((made.spent_micros, made.target_name.as_str()), (Micros(450), "Mia"));
    let free = Scope { agent: Some(world.agent), ..Scope::default() };
    assert!(matches!(budgets::reserve(&world.cx, free, Micros(11)).await.unwrap(), Grant::Exhausted { .. }));
    // One budget for each.
    let Err(Error::Invalid(problems)) = budgets::create(&world.cx, draft).await else { panic!("twice") };
    assert!(problems.of("scope").is_some());
    budgets::delete(&world.cx, made.id).await.unwrap();
    assert!(matches!(budgets::reserve(&world.cx, free, Micros(11)).await.unwrap(), Grant::Reserved(_)));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_key_opens_what_it_was_made_for_until_it_is_revoked(pool: PgPool) {
    let world = World::accepting(pool).await;
    let draft =
        ApiKeyDraft { name: " CRM sync ".into(), scopes: vec![KeyScope::Gateway, KeyScope::Api, KeyScope::Api] };
    let made = api_keys::create(&world.cx, draft).await.unwrap();
    assert!(made.secret.starts_with(&made.key.prefix) && made.secret.len() > 40 && made.key.name == "CRM sync");
    let kept: String =
        sqlx::query_scalar("select row_to_json(k)::text from api_keys k").fetch_one(&world.admin).await.unwrap();
    assert!(!kept.contains(&made.secret[4..]), "only its hash is kept");

    let key = api_keys::by_token(&world.engine, &made.secret, KeyScope::Api).await.unwrap().unwrap();
    assert_eq!(key.workspace(), world.cx.workspace());
    let acting = key.identity.cx(&world.engine);
    let refused = api_keys::create(&acting, ApiKeyDraft { name: "x".into(), scopes: vec![KeyScope::Api] }).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "a key has a member's rights and makes no keys");
    assert!(
        engine::agents::create(&acting, domain::agent::AgentDraft { name: "B".into(), ..Default::default() })
            .await
            .is_ok()
    );
    assert!(api_keys::by_token(&world.engine, &made.secret, KeyScope::Mcp).await.unwrap().is_none(), "another scope");
    let almost = format!("{}x", &made.secret[..made.secret.len() - 1]);
    assert!(api_keys::by_token(&world.engine, &almost, KeyScope::Api).await.unwrap().is_none());

    let listed = api_keys::list(&world.cx).await.unwrap();
    assert!(listed[0].last_used_at.is_some() && listed[0].made_by == made.key.made_by && !made.key.made_by.is_empty());
    api_keys::revoke(&world.cx, made.key.id).await.unwrap();
    assert!(api_keys::by_token(&world.engine, &made.secret, KeyScope::Api).await.unwrap().is_none(), "at once");
    assert!(matches!(api_keys::revoke(&world.cx, made.key.id).await, Err(Error::NotFound)));
    let audited: Vec<(String, Vec<String>)> =
        sqlx::query_as("select action, changed from audit_log where table_name = 'api_keys' order by id")
            .fetch_all(&world.admin)
            .await
            .unwrap();
    assert_eq!(audited, [("insert".into(), vec![]), ("update".into(), vec!["revoked_at".to_owned()])]);
}

#[sqlx::test(migrations = "../../migrations")]
async fn what_has_no_known_price_fits_into_no_budget(pool: PgPool) {
    let world = World::accepting(pool).await;
    let free = Scope { agent: Some(world.agent), ..Scope::default() };
    let own = Scope { agent_limit: Some(Micros(500)), ..free };
    let odd = ModelChoice { provider: Provider::OpenAi, model: "o1-pro".into() };
    let worst = || llm::price::worst(std::slice::from_ref(&odd), llm::Usage::default());
    let refused = async |scope| match budgets::reserve(&world.cx, scope, worst()).await.unwrap() {
        Grant::Unpriced(unpriced) => Some(unpriced.scope),
        Grant::Reserved(held) | Grant::Low(held) => {
            budgets::settle(&world.cx, held, Micros(0)).await.unwrap();
            None
        }
        Grant::Exhausted { scope } => panic!("{scope}"),
    };
    assert_eq!(refused(free).await, None, "nothing limits it");
    assert_eq!(refused(own).await, Some(BudgetScope::Agent), "the agent's own limit");
    let draft = BudgetDraft { scope: BudgetScope::Agent, agent_id: Some(world.agent), ..limit(1_000) };
    let made = budgets::create(&world.cx, draft).await.unwrap();
    assert_eq!(refused(free).await, Some(BudgetScope::Agent));
    assert_eq!(refused(Scope::default()).await, None, "another agent's budget is none of ours");
    budgets::delete(&world.cx, made.id).await.unwrap();
    budgets::create(&world.cx, limit(1_000_000)).await.unwrap();
    assert_eq!(refused(free).await, Some(BudgetScope::Workspace));
    assert_eq!(account(&world, "workspace").await, (0, 0), "nothing is held");
}
