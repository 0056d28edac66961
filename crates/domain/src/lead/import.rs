//! What the cells of a list mean: headings in the languages that lists come in, and words of consent.

use super::ColumnMapping;

/// Guesses which column holds which field from the heading row.
pub fn guess_mapping(heading: &[String]) -> ColumnMapping {
    let mut mapping = ColumnMapping::new();
    for (i, title) in heading.iter().enumerate() {
        let word: String = title.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let field = match word.as_str() {
            "name" | "fullname" | "contact" | "contactname" | "lead" | "kontakt" | "ansprechpartner" | "kunde"
            | "nomcomplet" | "client" | "nombrecompleto" | "nombreyapellidos" | "cliente" => "name",
            "firstname" | "givenname" | "forename" | "first" | "vorname" | "prénom" | "prenom" | "nombre" => {
                "first_name"
            }
            "lastname" | "surname" | "familyname" | "last" | "nachname" | "familienname" | "nom" | "nomdefamille"
            | "apellido" | "apellidos" => "last_name",
            "phone"
            | "phonenumber"
            | "mobile"
            | "mobilephone"
            | "cell"
            | "telephone"
            | "tel"
            | "number"
            | "telefon"
            | "telefonnummer"
            | "handy"
            | "handynummer"
            | "mobil"
            | "mobilnummer"
            | "mobiltelefon"
            | "rufnummer"
            | "téléphone"
            | "portable"
            | "numérodetéléphone"
            | "teléfono"
            | "telefono"
            | "móvil"
            | "movil"
            | "celular"
            | "númerodeteléfono" => "phone",
            "email" | "emailaddress" | "mail" | "emailadresse" | "mailadresse" | "courriel" | "adressemail"
            | "adresseemail" | "correo" | "correoelectrónico" | "correoelectronico" => "email",
            "company" | "organisation" | "organization" | "account" | "companyname" | "firma" | "unternehmen"
            | "société" | "societe" | "entreprise" | "empresa" => "company",
            "title" | "jobtitle" | "job" | "role" | "position" | "funktion" | "berufsbezeichnung" | "poste"
            | "fonction" | "cargo" | "puesto" => "title",
            "industry" | "sector" | "trade" | "branche" | "secteur" | "industrie" | "industria" => "industry",
            "location" | "city" | "town" | "region" | "state" | "address" | "ort" | "stadt" | "wohnort" | "adresse"
            | "anschrift" | "ville" | "lieu" | "ciudad" | "localidad" | "dirección" | "provincia" => "location",
            "source" | "leadsource" | "origin" | "quelle" | "herkunft" | "origine" | "fuente" | "origen" => "source",
            "consent" | "optin" | "optedin" | "permission" | "einwilligung" | "zustimmung" | "einverständnis"
            | "consentement" | "accord" | "consentimiento" => "consent",
            "assignedagent" | "agent" | "owner" | "agente" => "assigned_agent",
            "notes" | "note" | "comment" | "comments" | "remarks" | "notiz" | "notizen" | "bemerkung"
            | "bemerkungen" | "kommentar" | "remarque" | "remarques" | "commentaire" | "nota" | "notas"
            | "comentarios" | "observaciones" => "notes",
            _ => continue,
        };
        if let (false, Ok(column)) = (mapping.iter().any(|(f, _)| f == field), u32::try_from(i)) {
            mapping.push((field.to_owned(), column));
        }
    }
    mapping
}

/// Reads a consent cell: `yes`, `true`, `1`, `x`, `opted in` mean yes, `no`, `false`, `0` and an empty cell mean no; `None` for anything
/// else, which counts as no and should be asked about.
pub fn consent_of(cell: &str) -> Option<bool> {
    match cell.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "x" | "✓" | "ok" | "given" | "granted" | "opted in" | "opt-in" | "optin"
        | "ja" | "j" | "wahr" | "si" | "sí" | "verdadero" | "oui" | "o" | "vrai" => Some(true),
        "" | "no" | "n" | "false" | "f" | "0" | "-" | "–" | "none" | "not given" | "withdrawn" | "opted out"
        | "opt-out" | "optout" | "nein" | "falsch" | "falso" | "non" | "faux" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_recognised_once_each() {
        let heading = ["Full Name", "Mobile phone", "E-mail", "Opt-in", "Phone", "Shoe size"].map(String::from);
        let expected = [("name", 0), ("phone", 1), ("email", 2), ("consent", 3)].map(|(f, i)| (f.to_owned(), i));
        assert_eq!(guess_mapping(&heading), expected);
        for heading in [
            ["Vorname", "Nachname", "Telefon", "E-Mail-Adresse", "Einwilligung", "Ort"],
            ["Prénom", "Nom", "Téléphone", "Courriel", "Consentement", "Ville"],
            ["Nombre", "Apellidos", "Móvil", "Correo electrónico", "Consentimiento", "Ciudad"],
        ] {
            let fields: Vec<String> = guess_mapping(&heading.map(String::from)).into_iter().map(|(f, _)| f).collect();
            assert_eq!(fields, ["first_name", "last_name", "phone", "email", "consent", "location"], "{heading:?}");
        }
    }

    #[test]
    fn a_consent_that_cannot_be_read_is_told_apart_from_a_no() {
        assert_eq!((consent_of(" Yes "), consent_of("nein"), consent_of("")), (Some(true), Some(false), Some(false)));
        assert_eq!(consent_of("maybe later"), None);
    }
}
