environment       = "dev"
project_id        = "clarity-loop-dev"
github_repository = "example/clarity-loop"
github_owner_id   = "0"
alert_emails      = ["alerts@example.com"]
