/** firebase-tools insists on Java 21 for the jars it downloads; those of the Google Cloud SDK run on 17. */
module.exports = (tools) => {
  tools('emulator/commandUtils.js').MIN_SUPPORTED_JAVA_MAJOR_VERSION = 17;
};
