//! Days that cost several times what is usual are told of, once.

use chrono::Duration;
use domain::budget::BudgetScope;
use domain::money::Micros;
use engine::budgets::{self, Grant, Scope};
use engine::spending;
use sqlx::PgPool;

use crate::world::World;

const DOLLAR: i64 = 1_000_000;

async fn spend(world: &World, scope: Scope, micros: i64) {
    let (Grant::Reserved(held) | Grant::Low(held)) = budgets::reserve(&world.cx, scope, Micros(micros)).await.unwrap()
    else {
        panic!("there is no budget")
    };
    budgets::settle(&world.cx, held, Micros(micros)).await.unwrap();
}

async fn told(world: &World) -> Vec<String> {
    sqlx::query_scalar("select title from events where kind = 'budget.spike' order by title")
        .fetch_all(&world.admin)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_day_that_costs_three_times_the_usual_is_told_of_once(pool: PgPool) {
    let world = World::accepting(pool).await;
    let (anybody, mia) = (Scope::default(), Scope { agent: Some(world.agent), ..Scope::default() });
    spend(&world, mia, 90 * DOLLAR).await;
    assert_eq!(told(&world).await, [""; 0], "on the first day nothing is usual");
    // The expensive first day falls out of the seven that count.
    for _ in 0..7 {
        world.clock.advance(Duration::days(1));
        spend(&world, anybody, DOLLAR).await;
    }
    world.clock.advance(Duration::days(1));
    spend(&world, mia, DOLLAR * 29 / 10).await;
    assert_eq!(told(&world).await, ["Mia"], "she usually spends nothing, all together as much as on other days");
    spend(&world, mia, DOLLAR / 10).await;
    assert_eq!(told(&world).await, ["Acme", "Mia"]);
    spend(&world, mia, DOLLAR).await;
    assert_eq!(told(&world).await.len(), 2, "once a day");

    let seen = spending::get(&world.cx).await.unwrap();
    let days: Vec<i64> = seen.days.iter().map(|d| d.spent_micros.0 / DOLLAR).collect();
    assert_eq!(days, [0, 0, 0, 0, 0, 90, 1, 1, 1, 1, 1, 1, 1, 4]);
    assert_eq!(seen.days.last().unwrap().day, world.clock.now().date_naive());
    let spikes: Vec<_> = seen.spikes.iter().map(|s| (s.scope, s.name.as_str(), s.usual_micros.0)).collect();
    assert_eq!(spikes, [(BudgetScope::Workspace, "Acme", DOLLAR), (BudgetScope::Agent, "Mia", 0)]);

    world.clock.advance(Duration::days(1));
    spend(&world, mia, DOLLAR * 99 / 100).await;
    assert!(spending::get(&world.cx).await.unwrap().spikes.is_empty(), "too little to speak of");
    assert_eq!(told(&world).await.len(), 2);
}
