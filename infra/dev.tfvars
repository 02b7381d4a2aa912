environment          = "dev"
project_id           = "clarity-loop-dev"
github_repository_id = "0"
github_owner_id      = "0"
alert_emails         = ["alerts@example.com"]
own_keys             = false
log_days             = 30
