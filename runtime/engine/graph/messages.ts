import protobuf from 'protobufjs';

/**
 * The part of TensorFlow's messages that a program is written with (field numbers as in tensorflow/core/framework/*.proto
 * and tensorflow/core/protobuf/*.proto). TensorFlow.js's own bundle lacks `control_ret`, `control_output` and DT_RESOURCE.
 */
const MESSAGES = `
syntax = "proto3";
package tensorflow;
message TensorShape { message Dim { int64 size = 1; } repeated Dim dim = 2; }
message Tensor { int32 dtype = 1; TensorShape tensor_shape = 2; bytes tensor_content = 4; }
message AttrValue {
  message ListValue { repeated int32 type = 6 [packed = true]; repeated TensorShape shape = 7; }
  oneof value { ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6;
    TensorShape shape = 7; Tensor tensor = 8; NameAttrList func = 10; }
}
message NameAttrList { string name = 1; map<string, AttrValue> attr = 2; }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; map<string, AttrValue> attr = 5; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message GraphDef { repeated NodeDef node = 1; FunctionDefLibrary library = 2; VersionDef versions = 4; }
message FunctionDefLibrary { repeated FunctionDef function = 1; }
message FunctionDef { OpDef signature = 1; repeated NodeDef node_def = 3; map<string, string> ret = 4;
  map<string, AttrValue> attr = 5; map<string, string> control_ret = 6; }
message OpDef {
  message ArgDef { string name = 1; int32 type = 3; string number_attr = 5; string type_list_attr = 6; }
  string name = 1; repeated ArgDef input_arg = 2; repeated ArgDef output_arg = 3;
  bool is_stateful = 17; repeated string control_output = 20;
}
message OpList { repeated OpDef op = 1; }
message TensorInfo { string name = 1; int32 dtype = 2; TensorShape tensor_shape = 3; }
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message MetaGraphDef {
  message MetaInfoDef { repeated string tags = 4; string tensorflow_version = 5; }
  MetaInfoDef meta_info_def = 1; GraphDef graph_def = 2; map<string, SignatureDef> signature_def = 5;
}
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
`;

const root = protobuf.parse(MESSAGES).root;

export const SavedModelMessage = root.lookupType('tensorflow.SavedModel');

/** What `TF_GetAllOpList` returns; read by scripts/generate-op-outputs.ts. */
export const OpListMessage = root.lookupType('tensorflow.OpList');
