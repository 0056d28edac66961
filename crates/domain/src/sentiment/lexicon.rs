//! What words weigh, from -5 (rage) to 4 (delight), over all languages; spelt as `words` reads them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Words that turn what follows round.
pub(super) const NEGATIONS: &[&str] = &[
    "not", "no", "never", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent", "cant", "cannot", "couldnt",
    "wont", "wouldnt", "hardly", "without", "aint", "nicht", "kein", "keine", "keinen", "nie", "ohne", "pas", "jamais",
    "sans", "nunca", "sin", "nao", "sem", "non", "mai", "senza", "niet", "geen", "nooit", "zonder",
];

/// Thanks, which a `no` before it does not turn round.
pub(super) const POLITE: &[&str] =
    &["thanks", "thank", "thx", "danke", "merci", "gracias", "obrigado", "obrigada", "grazie", "dank", "bedankt"];

/// Words that make what follows stronger.
pub(super) const STRONGER: &[&str] = &[
    "very",
    "so",
    "really",
    "extremely",
    "totally",
    "absolutely",
    "completely",
    "super",
    "fucking",
    "bloody",
    "incredibly",
    "utterly",
    "too",
    "sehr",
    "total",
    "absolut",
    "absolute",
    "richtig",
    "extrem",
    "tres",
    "vraiment",
    "totalement",
    "tellement",
    "muy",
    "realmente",
    "tan",
    "muito",
    "tao",
    "molto",
    "davvero",
    "cosi",
    "erg",
    "heel",
    "zeer",
    "echt",
    "such",
    "seriously",
];

/// Words that make what follows weaker.
pub(super) const WEAKER: &[&str] = &[
    "bit", "little", "somewhat", "slightly", "kinda", "rather", "etwas", "bisschen", "peu", "poco", "pouco", "beetje",
    "fairly",
];

const WEIGHTS: &[(i32, &str)] = &[
    (
        -5,
        "fuck fucked fuckers motherfucker cunt bastards arschloch arschlocher connard connards salaud enculer hijos puta cabrones merda stronzi stronzo klootzak klootzakken kutbedrijf piss asshole assholes scumbag scumbags",
    ),
    (
        -4,
        "terrible horrible awful disgusting furious scam scammers scammer fraudsters idiot idiots liar liars crooks outrageous outraged unacceptable disgrace disgraceful despise worst appalling atrocious pathetic bullshit livid ruined thieves stealing criminal criminals stinksauer wutend frechheit unverschamt unverschamtheit betruger abzocke katastrophe furchtbar schrecklich widerlich unmoglich inadmissible furieux furieuse scandaleux honte horreur voleurs arnaque escroc escrocs lamentable inaceptable furioso furiosa verguenza estafa estafadores ladrones horrible pesimo pesima asqueroso odio inaceitavel vergonha golpe ladroes pessimo pessima nojento ridiculo vergogna truffa truffatori ladri inaccettabile orribile pessimo schifo schifoso furibondo woedend waardeloos waardeloze schandalig oplichters oplichting verschrikkelijk walgelijk belachelijk kut shame ridiculous trash garbage",
    ),
    (
        -3,
        "angry fed useless incompetent rude lying lied shit crap crappy damn insulting harassing harassment spam stupid hopeless miserable unbearable sauer genervt sauerei unfahig schlecht dreist lacherlich mies unfreundlich fache enerve nul nulle incompetent incompetents marre mensonge colere impossible enojado enojada harto harta mentira mentirosos inutil inutiles malo mala enfadado enfadada molesto molesta irritado irritada raiva mentirosos incompetentes chato arrabbiato arrabbiata stufo stufa incompetenti bugiardi scandaloso boos kwaad slecht slechte onbeschoft leugenaars zat nutteloos upset devastated crying desperate desperation verzweifelt desespere desesperado desesperada disperato wanhopig disappointing pissed",
    ),
    (
        -2,
        "bad annoying annoyed disappointed frustrated frustrating unhappy poor problem problems broken fail failed fails failing wrong complaint complain worse waste wasted delay delayed ignored unprofessional confusing confused worried sad nervig enttauscht frustriert unzufrieden kaputt falsch beschwerde beschweren argerlich schade leider arger warte decu decue deception mauvais mauvaise mecontent mecontente casse plainte probleme problemes deranger derange agace agacant decepcionado decepcionada frustrado frustrada problema problemas roto fallo queja espera ignorado triste decepcionado insatisfeito insatisfeita quebrado reclamacao demora deluso delusa frustrato frustrata problemi rotto guasto lamentela insoddisfatto teleurgesteld gefrustreerd ontevreden probleem kapot klacht vervelend jammer irritant",
    ),
    (-1, "unfortunately difficult unclear stressful schwierig difficile dificil moeilijk"),
    (1, "ok okay fine sure gut bien bon bem bene goed agree sounds nice    "),
    (
        2,
        "good thanks thank thx cheers great glad helpful kind friendly happy like enjoy enjoyed useful pleased welcome cool yay danke dankeschon gefallen gefallt freundlich nett froh freue hilfreich gerne toll merci content contente gentil utile sympa gracias contento contenta amable util gusta obrigado obrigada contente gosto legal grazie contento contenta gentile piace bedankt dank blij fijn leuk handig prima aardig",
    ),
    (
        3,
        "excellent wonderful amazing awesome love loved lovely perfect fantastic brilliant delighted excited best super wunderbar perfekt fantastisch ausgezeichnet liebe begeistert spitze klasse parfait parfaite excellente genial geniale magnifique adore ravi ravie excelente perfecto perfecta maravilloso encanta fantastico increible perfeito perfeita maravilhoso adorei otimo otima perfetto perfetta eccellente meraviglioso ottimo ottima perfect geweldig uitstekend fantastisch heerlijk superb",
    ),
];

static LEXICON: LazyLock<HashMap<&'static str, i32>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (weight, list) in WEIGHTS {
        for word in list.split(' ') {
            words.entry(word).or_insert(*weight);
        }
    }
    words
});

/// What a word weighs.
pub(super) fn weight(word: &str) -> Option<i32> {
    LEXICON.get(word).copied()
}

/// What an emoji weighs.
pub(super) fn symbol(c: char) -> i32 {
    match c {
        '😡' | '🤬' | '🖕' | '👿' => -4,
        '😠' | '💩' | '🤮' | '😤' => -3,
        '👎' | '😞' | '😢' | '😭' | '🙄' | '😒' => -2,
        '👍' | '🙂' | '😊' | '😀' | '😄' | '🙏' | '👌' => 2,
        '❤' | '😍' | '🎉' | '🥰' | '🤩' | '💯' => 3,
        _ => 0,
    }
}
