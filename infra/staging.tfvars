environment          = "staging"
project_id           = "clarity-loop-staging"
github_repository_id = "0"
github_owner_id      = "0"
alert_emails         = ["alerts@example.com"]
