//! Our numbers follow the settings.

use engine::access;
use sqlx::PgPool;

use crate::world::{OURS, World};

#[sqlx::test(migrations = "../../migrations")]
async fn an_installation_that_began_on_the_emulator_takes_its_real_numbers(pool: PgPool) {
    let world = World::new(pool).await;
    // As the emulator left it, and without a channel that was set up since.
    sqlx::query("update sender_numbers set number = '+14155559999'").execute(&world.admin).await.unwrap();
    sqlx::query("delete from sender_numbers where channel = 'voice'").execute(&world.admin).await.unwrap();

    assert!(access::keep_numbers(&world.engine, "op@example.com").await.unwrap());
    let numbers: Vec<(String, String)> = sqlx::query_as("select channel, number from sender_numbers order by channel")
        .fetch_all(&world.admin)
        .await
        .unwrap();
    assert_eq!(numbers, ["sms", "voice", "whatsapp"].map(|channel| (channel.to_owned(), OURS.to_owned())));

    assert!(!access::keep_numbers(&world.engine, "nobody@example.com").await.unwrap());
}
