"""The one list of views that are open to people who have not signed in.

Each of them carries `login_not_required`; a test walks the paths and holds the list both ways.
"""

PUBLIC_VIEW_NAMES = frozenset(
    {
        # Texts
        "site:landing",
        "site:before_asking",
        "site:process",
        "site:faq",
        "site:help",
        "site:imprint",
        "site:privacy",
        "site:accessibility",
        "site:report_barrier",
        "site:easy_language",
        # The directory of advisors
        "directory:list",
        "directory:profile",
        "directory:photo",
        # Signing in and out
        "account_login",
        "account_login_password",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_logout",
        "account_inactive",
        "account_invitation",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "admin:login",  # leads to account_login
        # The request form
        "intake:start",
        "intake:direct",
        "intake:to_coordination",
        "intake:municipality",
        "intake:concern",
        "intake:wishes",
        "intake:check",
        "intake:later",
        "intake:resume",
        "intake:sent",
        "intake:confirm",
        "intake:new_code",
        "intake:not_listed",
        "intake:not_listed_association",
        "intake:not_listed_company",
        "intake:not_listed_elsewhere",
        "intake:not_listed_other",
        "intake:entry",
        # An advisor's feed: its address is the secret
        "calendar_feed",
        # For machines; the numbers ask for a token of their own
        "ops:live",
        "ops:ready",
        "ops:metrics",
    }
)
# The same for views that are there only while a setting (OIDC_NAME, MAIL_WEBHOOK, DEMO) switches them on.
PUBLIC_WHEN_SWITCHED_ON = frozenset(
    {
        "openid_connect_login",
        "openid_connect_callback",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "mail:webhook",  # asks for the provider's signature
        "demo:personas",
        "demo:become",
        "demo:mailbox",
        "demo:mail",
    }
)
