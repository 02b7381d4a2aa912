# Who is told, and of what. Each alert says what to do; README, "When an alert comes", says it at length.
# Measurements of the functions (functions/src/telemetry/metrics.ts) arrive by OTLP and are asked for in PromQL by their own names.

resource "google_monitoring_notification_channel" "email" {
  for_each     = toset(var.alert_emails)
  display_name = each.key
  type         = "email"
  labels = {
    email_address = each.key
  }
  depends_on = [google_project_service.api]
}

locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]
}

# Lines of the log that are counted. Their labels are words of closed lists, never an id.
resource "google_logging_metric" "sweeps" {
  name   = "clarity-loop/sweeps"
  filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"sweep.done\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }
  depends_on = [google_project_service.api]
}

resource "google_logging_metric" "dead_letters" {
  name   = "clarity-loop/dead-letters"
  filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"deadLetter.kept\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
    labels {
      key = "code"
    }
  }
  label_extractors = {
    code = "EXTRACT(jsonPayload.code)"
  }
  depends_on = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "Dead letters wait to be looked at"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  conditions {
    display_name = "dead-letters-kept has a backlog"
    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${google_pubsub_subscription.dead_letters_kept.name}\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
  documentation {
    content = "Uploads were given up. `npm run dead-letters -- list --project PROJECT` says which and why; mend the cause, then replay, then empty `dead-letters-kept` (infra/README.md)."
  }
}

resource "google_monitoring_alert_policy" "error_rate" {
  display_name          = "Functions answer with errors"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  conditions {
    display_name = "over 5 % of the requests of ten minutes"
    condition_prometheus_query_language {
      query               = "sum by (service_name) (rate(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\",response_code_class=\"5xx\"}[10m])) / sum by (service_name) (rate(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\"}[10m])) > 0.05"
      duration            = "300s"
      evaluation_interval = "60s"
    }
  }
  documentation {
    content = "The log of the service says why: event.failed or request.failed, with a code. An event function that fails is called again, so its rate may be high with a single upload."
  }
}

resource "google_monitoring_alert_policy" "latency" {
  display_name          = "Analyses take long"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  conditions {
    display_name = "a twentieth waited over a minute for the analysis"
    condition_prometheus_query_language {
      # Here and below: a metric of ours comes into being with its first value, and Google refuses an alert on one it does not know.
      disable_metric_validation = true

      query               = "histogram_quantile(0.95, sum by (le) (rate({\"clarity_loop.upload.duration_bucket\", \"milestone\"=\"analysis\"}[15m]))) > 60"
      duration            = "300s"
      evaluation_interval = "60s"
    }
  }
  conditions {
    display_name = "a request waits in the queue for five minutes"
    condition_prometheus_query_language {
      query               = "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\",subscription_id=~\"eventarc-.*onanalysisrequested.*\"}) > 300"
      duration            = "60s"
      evaluation_interval = "60s"
    }
  }
  documentation {
    content = "Look at the dashboard: instances of onAnalysisRequested at their ceiling (raise MAX_INSTANCES), or one upload that fails again and again (it becomes a dead letter after a day)."
  }
}

resource "google_monitoring_alert_policy" "breaker" {
  display_name          = "Gemini is left alone"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  conditions {
    display_name = "the circuit breaker of an instance is open"
    condition_prometheus_query_language {
      disable_metric_validation = true

      query               = "max({\"clarity_loop.narrator.breaker\"}) > 1"
      duration            = "300s"
      evaluation_interval = "60s"
    }
  }
  documentation {
    content = "Vertex AI fails or refuses for lack of quota; narratives are templates until it is back, and sweepStalled replaces them then. Nothing is lost."
  }
}

# A model that was retired answers 404, a role that is missing 403: neither opens the breaker, and every narrative stays a template.
resource "google_monitoring_alert_policy" "narrator" {
  display_name          = "Gemini does not answer"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  conditions {
    display_name = "over half of the calls of half an hour fail"
    condition_prometheus_query_language {
      disable_metric_validation = true

      query               = "sum(rate({\"clarity_loop.narrator.calls\", \"outcome\"=\"failed\"}[30m])) / sum(rate({\"clarity_loop.narrator.calls\"}[30m])) > 0.5"
      duration            = "300s"
      evaluation_interval = "60s"
    }
  }
  documentation {
    content = "narrator.failed in the log says the status. 404: the model of VERTEX_MODEL is retired or not in VERTEX_LOCATION; choose another and deploy. 403: the API or the role clarityNarrator is missing. 429, 503: wait."
  }
}

# Only where a function was called within a day: before the first deploy nothing sweeps, and nothing is wrong.
resource "google_monitoring_alert_policy" "sweep" {
  display_name          = "The sweep does not come through"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels
  conditions {
    display_name = "no sweep.done for 40 minutes, with a sweep every 10"
    condition_prometheus_query_language {
      disable_metric_validation = true

      query               = "absent_over_time(logging_googleapis_com:user_clarity_loop_sweeps{monitored_resource=\"cloud_run_revision\"}[20m]) and on() count(present_over_time(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\"}[1d]))"
      duration            = "1200s"
      evaluation_interval = "300s"
    }
  }
  documentation {
    content = "Uploads that lost their event are not repaired. The log of sweepstalled, and Cloud Scheduler's job, say why."
  }
  depends_on = [google_logging_metric.sweeps]
}

# A person with a Google account read what people sent, or took the place of an account that may. Signed-in users of the app have
# none, and are not meant.
resource "google_monitoring_alert_policy" "strangers" {
  display_name          = "A person of ours read health data"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels
  conditions {
    display_name = "data access by an account that is no service account"
    condition_matched_log {
      filter = <<-EOT
        log_id("cloudaudit.googleapis.com/data_access")
        protoPayload.authenticationInfo.principalEmail:"@"
        NOT protoPayload.authenticationInfo.principalEmail=~"gserviceaccount\\.com$"
        ((protoPayload.serviceName=("storage.googleapis.com" OR "firestore.googleapis.com")
        protoPayload.methodName=~"objects.get|BatchGetDocuments|RunQuery|GetDocument|ListDocuments") OR
        (protoPayload.serviceName="iamcredentials.googleapis.com"
        protoPayload.methodName=~"GenerateAccessToken|GenerateIdToken|SignBlob|SignJwt"))
      EOT
    }
  }
  alert_strategy {
    notification_rate_limit {
      period = "3600s"
    }
  }
  documentation {
    content = "The audit log says who, when and what. If nobody knows why, take the account's roles away first."
  }
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = file("${path.module}/dashboard.json")
  depends_on     = [google_project_service.api]
}

resource "google_project_service" "billing_budgets" {
  count              = var.billing_account == "" ? 0 : 1
  service            = "billingbudgets.googleapis.com"
  disable_on_destroy = false
}

resource "google_billing_budget" "month" {
  count           = var.billing_account == "" ? 0 : 1
  billing_account = var.billing_account
  display_name    = "Clarity Loop ${var.environment}"

  budget_filter {
    projects = ["projects/${local.project_number}"]
  }
  amount {
    specified_amount {
      units = tostring(var.monthly_budget)
    }
  }
  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }
  all_updates_rule {
    monitoring_notification_channels = local.channels
  }
  depends_on = [google_project_service.billing_budgets]
}
