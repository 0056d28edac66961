//! Who may do what in a workspace. The table is here; `engine` asks it before every change.

use crate::closed_list;

closed_list! {
    /// An operator's standing in one workspace, from most to least.
    pub enum Role {
        /// May do everything, also give the workspace away.
        Owner = "owner",
        /// May delete and manage members.
        Admin = "admin",
        /// May make and change things.
        Member = "member",
        /// May look.
        Viewer = "viewer",
    }
}

closed_list! {
    /// Where somebody signs in.
    pub enum Door {
        /// The form, which opens a session of a browser.
        Form = "form",
        /// The API, which gives a token.
        Api = "api",
    }
}

closed_list! {
    /// What somebody wants to do.
    pub enum Right {
        /// Look at anything in the workspace.
        Read = "read",
        /// Make and change things, send messages.
        Write = "write",
        /// Delete things.
        Delete = "delete",
        /// Manage members and settings.
        Manage = "manage",
    }
}

impl Role {
    /// Whether this role has the right (spec PLT-12: Member writes, Admin deletes).
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Write => matches!(self, Self::Owner | Self::Admin | Self::Member),
            Right::Delete | Right::Manage => matches!(self, Self::Owner | Self::Admin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_the_rights_of_the_one_below_it() {
        let rights = |role: Role| Right::ALL.iter().filter(|r| role.may(**r)).count();
        assert_eq!(Role::ALL.iter().map(|r| rights(*r)).collect::<Vec<_>>(), [4, 4, 2, 1]);
    }
}
