//! The work list as people see it, and what they can do about work that failed for good.

use domain::access::Role;
use domain::id::JobId;
use domain::job::Job;
use domain::work::JobKind;
use engine::{Actor, Error, work};
use sqlx::PgPool;

use crate::turns::count;
use crate::world::World;

/// Queues a job; a dead one if there is a reason.
async fn queued(world: &World, job: Job, dead_of: Option<&str>) -> JobId {
    let mut tx = world.engine.parts().db.begin(world.cx.workspace(), world.cx.user()).await.unwrap();
    let (id, now) = (world.cx.new_id(), world.clock.now());
    db::jobs::enqueue(&mut tx, id, &job, now, now).await.unwrap();
    if let Some(error) = dead_of {
        db::jobs::bury(&mut tx, id, error).await.unwrap();
    }
    tx.commit().await.unwrap();
    id
}

#[sqlx::test(migrations = "../../migrations")]
async fn dead_work_is_seen_tried_again_or_given_up_by_those_who_may(pool: PgPool) {
    let world = World::accepting(pool).await;
    assert_eq!(work::get(&world.cx).await.unwrap().kinds, []);
    let template = Job::TemplateState { template_id: world.cx.new_id() };
    let dead = queued(&world, template.clone(), Some("the provider said no")).await;
    let message = queued(&world, Job::Send { message_id: world.cx.new_id() }, Some("nobody took it")).await;
    queued(&world, Job::Import { import_id: world.cx.new_id() }, None).await;
    let claimed = db::jobs::claim(&world.engine.parts().db, 1, 60).await.unwrap();
    assert_eq!(claimed[0].job.kind(), JobKind::Import);
    queued(&world, Job::Suite { suite_run_id: world.cx.new_id() }, None).await;

    let seen = work::get(&world.cx).await.unwrap();
    let kinds: Vec<_> = seen.kinds.iter().map(|k| (k.kind, k.waiting, k.under_way, k.dead)).collect();
    assert_eq!(
        kinds,
        [
            (JobKind::Import, 0, 1, 0),
            (JobKind::Send, 0, 0, 1),
            (JobKind::Suite, 1, 0, 0),
            (JobKind::TemplateState, 0, 0, 1)
        ]
    );
    let errors: Vec<_> = seen.dead.iter().map(|d| (d.id, d.error.as_str())).collect();
    assert_eq!(errors, [(message, "nobody took it"), (dead, "the provider said no")]);
    assert!(seen.last_taken_at.is_some() && seen.late == 0 && seen.at_a_time == 4);

    let id = world.cx.user().unwrap();
    let member = world.engine.cx(world.cx.workspace(), Actor::User { id, role: Role::Member });
    assert!(matches!(work::retry(&member, dead).await, Err(Error::Forbidden(_))));
    assert!(matches!(work::give_up(&member, dead).await, Err(Error::Forbidden(_))));
    assert!(matches!(work::retry(&world.cx, message).await, Err(Error::Conflict(_))), "no message is sent late");
    assert!(matches!(work::retry(&world.cx, world.cx.new_id()).await, Err(Error::NotFound)));

    work::retry(&world.cx, dead).await.unwrap();
    assert_eq!(
        count(&world, "select count(*) from jobs where state = 'waiting' and attempts = 0 and kind = 'template_state'")
            .await,
        1
    );
    assert!(matches!(work::give_up(&world.cx, dead).await, Err(Error::NotFound)), "it is not dead any more");
    // The like of it waits already: one is enough.
    let twice = queued(&world, Job::TemplateState { template_id: world.cx.new_id() }, Some("again")).await;
    sqlx::query("update jobs set key = (select key from jobs where id = $1) where id = $2")
        .bind(dead.uuid())
        .bind(twice.uuid())
        .execute(&world.admin)
        .await
        .unwrap();
    work::retry(&world.cx, twice).await.unwrap();
    assert_eq!(count(&world, "select count(*) from jobs where kind = 'template_state'").await, 1);
    work::give_up(&world.cx, message).await.unwrap();
    assert!(work::get(&world.cx).await.unwrap().dead.is_empty());
    assert_eq!(
        count(
            &world,
            "select count(*) from events where kind in ('job.retried', 'job.dropped') and actor_id is not null"
        )
        .await,
        3
    );
}
