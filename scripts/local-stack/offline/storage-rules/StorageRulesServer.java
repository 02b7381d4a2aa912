import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import com.google.firebase.rules.lang.CompileResult;
import com.google.firebase.rules.lang.FirebaseRulesProtoCompiler;
import com.google.firebase.rules.lang.common.FirebaseRulesLangOptions;
import com.google.firebase.rules.runtime.common.AsyncRuntimeFunction;
import com.google.firebase.rules.runtime.common.EvaluationListener;
import com.google.firebase.rules.runtime.common.EvaluationRestrictions;
import com.google.firebase.rules.runtime.common.Evaluator;
import com.google.firebase.rules.runtime.evaluators.AuthRuleEvaluator;
import com.google.firebase.rules.runtime.impl.DefaultEvaluator;
import com.google.firebase.rules.runtime.utils.ExpressionValueUtils;
import com.google.firebase.rules.runtime.utils.PathUtils;
import com.google.firebase.rules.runtime.v1.*;
import com.google.firebase.rules.v1.File;
import com.google.firebase.rules.v1.Issue;
import com.google.firebase.rules.v1.Source;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.NullValue;
import com.google.protobuf.Timestamp;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Evaluates storage.rules for firebase-tools' Storage emulator: speaks the line-by-line JSON protocol of its rules runtime on
 * stdin and stdout, with the Firebase rules engine that the Cloud Firestore emulator's jar contains. firebase-tools' own
 * runtime is a download that needs Java 21.
 *
 * <p>Rebuild after a change (committed as Java 11 bytecode) with the javac of JDK 17; another one writes other bytes:
 * {@code javac --release 11 -proc:none -cp <cloud-firestore-emulator.jar> -d classes StorageRulesServer.java}
 */
public final class StorageRulesServer {
  private static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final Map<String, RulesetAst> RULESETS = new ConcurrentHashMap<>();

  /** Rules that wait for a Firestore document, by request id. firebase-tools reads the document for us. */
  private static final Map<Long, SettableFuture<JsonObject>> PENDING = new ConcurrentHashMap<>();

  private static final ExecutorService POOL = Executors.newCachedThreadPool(StorageRulesServer::daemon);
  private static PrintStream out;

  public static void main(String[] args) throws Exception {
    out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    System.setOut(System.err); // nothing else may write to the protocol's stream
    sayHello();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      if (!line.isBlank()) receive(JsonParser.parseString(line).getAsJsonObject());
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "rules");
    thread.setDaemon(true);
    return thread;
  }

  private static void sayHello() {
    JsonObject hello = new JsonObject();
    hello.addProperty("id", -1);
    hello.addProperty("status", "ok");
    send(hello);
  }

  private static void receive(JsonObject message) {
    long id = message.get("id").getAsLong();
    if (!message.has("action")) { // the answer to a fetch_firestore_document of ours
      SettableFuture<JsonObject> waiting = PENDING.remove(id);
      if (waiting != null) waiting.set(message);
      return;
    }
    POOL.execute(() -> answer(id, message.get("action").getAsString(), message.getAsJsonObject("context")));
  }

  private static void answer(long id, String action, JsonObject context) {
    try {
      switch (action) {
        case "load_ruleset":
          load(id, context);
          break;
        case "verify":
          verify(id, context);
          break;
        default:
          reply(id, null, List.of("unknown action " + action), List.of());
      }
    } catch (Throwable problem) {
      reply(id, null, List.of(String.valueOf(problem)), List.of());
    }
  }

  // ---- load_ruleset ------------------------------------------------------------------------------------------------------

  private static void load(long id, JsonObject context) {
    CompileResult compiled =
        FirebaseRulesProtoCompiler.createStandalone(
                FirebaseRulesLangOptions.builder()
                    .allowTernaryOperator(true)
                    .allowLetBindings(true)
                    .allowCrossServiceRules(true)
                    .build())
            .compile(sourceOf(context));
    List<String> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (Issue issue : compiled.getIssues()) {
      boolean isError = issue.getSeverity() == Issue.Severity.ERROR;
      (isError ? errors : warnings).add(GSON.toJson(issueAsJson(issue)));
    }
    JsonObject result = new JsonObject();
    if (errors.isEmpty()) {
      RULESETS.put(context.get("rulesetName").getAsString(), compiled.getRulesetAst());
      result.addProperty("rulesVersion", compiled.getRulesetAst().getVersionValue());
    }
    reply(id, result, errors, warnings);
  }

  private static Source sourceOf(JsonObject context) {
    Source.Builder source = Source.newBuilder();
    for (JsonElement element : context.getAsJsonObject("source").getAsJsonArray("files")) {
      JsonObject file = element.getAsJsonObject();
      source.addFiles(
          File.newBuilder().setName(file.get("name").getAsString()).setContent(file.get("content").getAsString()));
    }
    return source.build();
  }

  private static JsonObject issueAsJson(Issue issue) {
    JsonObject position = new JsonObject();
    position.addProperty("fileName_", issue.getSourcePosition().getFileName());
    position.addProperty("line_", issue.getSourcePosition().getLine());
    position.addProperty("column_", issue.getSourcePosition().getColumn());
    JsonObject json = new JsonObject();
    json.addProperty("description_", issue.getDescription());
    json.add("sourcePosition_", position);
    return json;
  }

  // ---- verify ------------------------------------------------------------------------------------------------------------

  private static void verify(long id, JsonObject context) throws Exception {
    RulesetAst ruleset = RULESETS.get(context.get("rulesetName").getAsString());
    if (ruleset == null) {
      reply(id, null, List.of("ruleset not loaded"), List.of());
      return;
    }
    AuthRuleEvaluator.RuleContext.Builder request =
        AuthRuleEvaluator.RuleContext.builder()
            .service(context.get("service").getAsString())
            .method(context.get("method").getAsString())
            .path(pathOf(context));
    for (Map.Entry<String, JsonElement> variable : context.getAsJsonObject("variables").entrySet()) {
      request.supplyVariable(variable.getKey(), variableValue(variable.getValue()));
    }
    request.supplyFunction(new FirestoreFunction(id, "firestore.get"));
    request.supplyFunction(new FirestoreFunction(id, "firestore.exists"));

    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    EvaluationListener listener =
        new EvaluationListener() {
          @Override
          public void afterSinglePermissionEvaluation(Evaluator.Context c, Throwable problem, Expression e) {
            warnings.add(String.valueOf(problem.getMessage()));
          }
        };
    boolean permit = false;
    try {
      permit =
          new DefaultEvaluator(ruleset, ImmutableList.of(() -> listener), EvaluationRestrictions.builder().build())
              .evaluate(request.build())
              .get()
              .permit();
    } catch (ExecutionException problem) { // an error in every rule that matches: denied
      Throwable cause = problem.getCause();
      warnings.add(String.valueOf(cause == null ? problem : cause.getMessage()));
    }
    JsonObject result = new JsonObject();
    result.addProperty("permit", permit);
    reply(id, result, List.of(), permit ? List.of() : warnings);
  }

  /** /b/(bucket)/o/(object path), its segments taken literally. */
  private static ExpressionPathValue pathOf(JsonObject context) {
    ExpressionPathValue.Builder path = ExpressionPathValue.newBuilder();
    for (String segment : context.get("path").getAsString().split("/")) {
      if (!segment.isEmpty()) path.addSegments(ExpressionValueUtils.simpleSegment(segment));
    }
    // A list asks for the unnamed children of a prefix: one level of them with a delimiter, any depth without.
    if ("list".equals(context.get("method").getAsString())) {
      JsonElement delimiter = context.get("delimiter");
      boolean oneLevel = delimiter != null && !delimiter.isJsonNull() && !delimiter.getAsString().isEmpty();
      path.addSegments(
          oneLevel
              ? ExpressionValueUtils.unboundCaptureSegment("item")
              : ExpressionValueUtils.unboundGlobSegment("item"));
    }
    return path.build();
  }

  /** firestore.get() and firestore.exists() in a rule: asks firebase-tools, which reads the Firestore emulator. */
  private static final class FirestoreFunction implements AsyncRuntimeFunction {
    private final long id;
    private final String name;

    FirestoreFunction(long id, String name) {
      this.id = id;
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public ListenableFuture<ExecutionResponse> execute(ExecutionRequest request) {
      SettableFuture<JsonObject> answer = SettableFuture.create();
      synchronized (PENDING) { // the protocol knows one open fetch per request
        while (PENDING.containsKey(id)) {
          try {
            PENDING.wait(5);
          } catch (InterruptedException interrupted) {
            return Futures.immediateFailedFuture(interrupted);
          }
        }
        PENDING.put(id, answer);
      }
      send(fetchRequest(PathUtils.toBoundString(request.getArguments(0).getPathValue())));
      return Futures.transform(answer, this::response, Runnable::run);
    }

    private JsonObject fetchRequest(String documentPath) {
      JsonObject context = new JsonObject();
      context.addProperty("path", documentPath.startsWith("/") ? documentPath : "/" + documentPath);
      JsonObject fetch = new JsonObject();
      fetch.addProperty("action", "fetch_firestore_document");
      fetch.addProperty("status", "ok");
      fetch.addProperty("server_request_id", id);
      fetch.add("context", context);
      return fetch;
    }

    private ExecutionResponse response(JsonObject answer) {
      boolean found = "ok".equals(answer.get("status").getAsString());
      if (name.equals("firestore.exists")) {
        return ExpressionValueUtils.createResponse(ExpressionValueUtils.createValue(found));
      }
      if (!found) return ExpressionValueUtils.createResponse(ExpressionValueUtils.NULL);
      JsonObject document = answer.getAsJsonObject("result");
      String documentName = document.get("name").getAsString();
      boolean hasFields = document.has("fields") && document.get("fields").isJsonObject();
      ExpressionMapValue resource =
          ExpressionMapValue.newBuilder()
              .putFields("data", documentFields(hasFields ? document.getAsJsonObject("fields") : new JsonObject()))
              .putFields("id", stringValue(documentName.substring(documentName.lastIndexOf('/') + 1)))
              .putFields("__name__", documentPath(documentName))
              .build();
      return ExpressionValueUtils.createResponse(ExpressionValue.newBuilder().setMapValue(resource).build());
    }
  }

  // ---- values ------------------------------------------------------------------------------------------------------------

  /** The snake_case JSON in which firebase-tools writes the variables of a request. */
  private static ExpressionValue variableValue(JsonElement element) {
    if (element == null || !element.isJsonObject() || element.getAsJsonObject().size() == 0) {
      return ExpressionValueUtils.NULL;
    }
    Map.Entry<String, JsonElement> only = element.getAsJsonObject().entrySet().iterator().next();
    JsonElement json = only.getValue();
    ExpressionValue.Builder value = ExpressionValue.newBuilder();
    switch (only.getKey()) {
      case "null_value":
        return value.setNullValue(NullValue.NULL_VALUE).build();
      case "string_value":
        return stringValue(json.getAsString());
      case "bool_value":
        return value.setBoolValue(json.getAsBoolean()).build();
      case "int_value":
        return value.setIntValue(json.getAsLong()).build();
      case "float_value":
        return value.setFloatValue(json.getAsDouble()).build();
      case "bytes_value":
        return value.setBytesValue(bytes(json)).build();
      case "timestamp_value":
        return value.setTimestampValue(timestamp(json)).build();
      case "map_value":
        {
          ExpressionMapValue.Builder map = ExpressionMapValue.newBuilder();
          JsonElement fields = json.getAsJsonObject().get("fields");
          if (fields != null) {
            for (Map.Entry<String, JsonElement> field : fields.getAsJsonObject().entrySet()) {
              map.putFields(field.getKey(), variableValue(field.getValue()));
            }
          }
          return value.setMapValue(map).build();
        }
      case "list_value":
        {
          ExpressionListValue.Builder list = ExpressionListValue.newBuilder();
          for (JsonElement item : valuesOf(json)) list.addValues(variableValue(item));
          return value.setListValue(list).build();
        }
      case "set_value":
        {
          ExpressionSetValue.Builder set = ExpressionSetValue.newBuilder();
          for (JsonElement item : valuesOf(json)) set.addValues(variableValue(item));
          return value.setSetValue(set).build();
        }
      case "path_value":
        {
          List<ExpressionPathSegmentValue> segments = new ArrayList<>();
          for (JsonElement segment : json.getAsJsonObject().getAsJsonArray("segments")) {
            segments.add(ExpressionValueUtils.simpleSegment(segment.getAsJsonObject().get("simple").getAsString()));
          }
          return ExpressionValueUtils.path(segments);
        }
      default:
        throw new IllegalArgumentException("value kind " + only.getKey());
    }
  }

  private static ExpressionValue documentFields(JsonObject fields) {
    ExpressionMapValue.Builder map = ExpressionMapValue.newBuilder();
    for (Map.Entry<String, JsonElement> field : fields.entrySet()) {
      map.putFields(field.getKey(), documentValue(field.getValue().getAsJsonObject()));
    }
    return ExpressionValue.newBuilder().setMapValue(map).build();
  }

  /** A value of a Firestore document, in the JSON of Firestore's REST interface. */
  private static ExpressionValue documentValue(JsonObject object) {
    Map.Entry<String, JsonElement> only = object.entrySet().iterator().next();
    JsonElement json = only.getValue();
    ExpressionValue.Builder value = ExpressionValue.newBuilder();
    switch (only.getKey()) {
      case "stringValue":
        return stringValue(json.getAsString());
      case "booleanValue":
        return value.setBoolValue(json.getAsBoolean()).build();
      case "integerValue":
        return value.setIntValue(json.getAsLong()).build();
      case "doubleValue":
        return value.setFloatValue(json.getAsDouble()).build();
      case "timestampValue":
        return value.setTimestampValue(timestamp(json)).build();
      case "bytesValue":
        return value.setBytesValue(bytes(json)).build();
      case "mapValue":
        {
          JsonElement fields = json.getAsJsonObject().get("fields");
          return documentFields(fields == null ? new JsonObject() : fields.getAsJsonObject());
        }
      case "arrayValue":
        {
          ExpressionListValue.Builder list = ExpressionListValue.newBuilder();
          for (JsonElement item : valuesOf(json)) list.addValues(documentValue(item.getAsJsonObject()));
          return value.setListValue(list).build();
        }
      case "referenceValue":
        return documentPath(json.getAsString());
      default:
        return ExpressionValueUtils.NULL;
    }
  }

  private static List<JsonElement> valuesOf(JsonElement list) {
    List<JsonElement> items = new ArrayList<>();
    JsonElement values = list.getAsJsonObject().get("values");
    if (values != null) values.getAsJsonArray().forEach(items::add);
    return items;
  }

  /** projects/(project)/databases/(database)/documents/... becomes the path /databases/(database)/documents/... */
  private static ExpressionValue documentPath(String documentName) {
    List<ExpressionPathSegmentValue> segments = new ArrayList<>();
    String path = documentName.substring(documentName.indexOf("/databases/") + 1);
    for (String segment : path.split("/")) segments.add(ExpressionValueUtils.simpleSegment(segment));
    return ExpressionValueUtils.path(segments);
  }

  private static ExpressionValue stringValue(String string) {
    return ExpressionValue.newBuilder().setStringValue(string).build();
  }

  private static ByteString bytes(JsonElement base64) {
    return ByteString.copyFrom(Base64.getDecoder().decode(base64.getAsString()));
  }

  private static Timestamp timestamp(JsonElement iso) {
    Instant instant = Instant.parse(iso.getAsString());
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
  }

  // ---- output ------------------------------------------------------------------------------------------------------------

  private static void reply(long id, JsonObject result, List<String> errors, List<String> warnings) {
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("status", "ok");
    if (result != null) message.add("result", result);
    message.add("errors", GSON.toJsonTree(errors));
    message.add("warnings", GSON.toJsonTree(warnings));
    send(message);
  }

  private static synchronized void send(JsonObject message) {
    out.println(GSON.toJson(message));
  }
}
