// RUN: resnet-opt %s --resnet-infer-shapes --resnet-generate-backward --canonicalize --cse | FileCheck %s
// RUN: resnet-opt %s --resnet-infer-shapes --resnet-generate-backward=trainable=fc2.* --canonicalize --cse | FileCheck %s --check-prefix=LAST

// What is learned becomes arguments, with what they are at first.
// CHECK-LABEL: func.func @net(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4xf32> {resnet.name = "x"},
// CHECK-SAME: %[[W1:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "parameter", resnet.value = dense<5.000000e-01> : tensor<5x4xf32>},
// CHECK-SAME: %[[B1:[^:]+]]: tensor<5xf32> {resnet.name = "fc1.bias", resnet.role = "parameter", resnet.value = dense<0.000000e+00> : tensor<5xf32>},
// CHECK-SAME: %[[W2:[^:]+]]: tensor<3x5xf32> {resnet.name = "fc2.weight", resnet.role = "parameter",
// CHECK-SAME: -> (tensor<?x3xf32> {resnet.name = "logits"})
// CHECK-NEXT: %[[H:.+]] = resnet.gemm %[[X]], %[[W1]], %[[B1]]
// CHECK-NEXT: %[[R:.+]] = resnet.relu %[[H]]
// CHECK-NEXT: %[[Y:.+]] = resnet.gemm %[[R]], %[[W2]], %{{.+}}
// CHECK-NEXT: return %[[Y]]

// Gradients are added to those that are given. The gradient with respect to
// the logits is softmax - label, by the number of labels that count.
// CHECK-LABEL: func.func @net_backward(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4xf32> {resnet.name = "x"},
// CHECK-SAME: %[[LABEL:[^:]+]]: tensor<?xi64> {resnet.classes = 3 : i64, resnet.ignore_index = -100 : i64, resnet.name = "label"},
// CHECK-SAME: %[[W1:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "parameter", resnet.value =
// CHECK-SAME: %[[GW1:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "gradient"},
// CHECK-SAME: %[[GB1:[^:]+]]: tensor<5xf32> {resnet.name = "fc1.bias", resnet.role = "gradient"},
// CHECK-SAME: -> (tensor<f32> {resnet.name = "loss"}, tensor<?x3xf32> {resnet.name = "logits"},
// CHECK-SAME: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "gradient", resnet.updates = 6 : i64},
// CHECK-SAME: tensor<5xf32> {resnet.name = "fc1.bias", resnet.role = "gradient", resnet.updates = 7 : i64},
// CHECK: %[[Y:.+]] = resnet.gemm {{.+}} -> tensor<?x3xf32>
// CHECK: %[[IS:.+]] = resnet.cast {{.+}} -> tensor<?x3xf32>
// CHECK: %[[EACH:.+]] = resnet.reduce %[[IS]], {{.+}} -> tensor<?xf32>
// CHECK: %[[COUNT:.+]] = resnet.reduce %[[EACH]], {{.+}} -> tensor<f32>
// CHECK: %[[LSE:.+]] = resnet.reduce %[[Y]], %{{.+}} {kind = #resnet.reduction<log_sum_exp>}
// CHECK: %[[D:.+]] = resnet.sub %[[LSE]], %[[Y]]
// CHECK: %[[PICKED:.+]] = resnet.mul %[[D]], %[[IS]]
// CHECK: %[[SUM:.+]] = resnet.reduce {{.+}} : (tensor<?xf32>, tensor<1xi64>) -> tensor<f32>
// CHECK: %[[LOSS:.+]] = resnet.div %[[SUM]], %[[COUNT]]
// CHECK: %[[G:.+]] = resnet.gemm %{{.+}}, %[[X]] {trans_a = true} : (tensor<?x5xf32>, tensor<?x4xf32>) -> tensor<5x4xf32>
// CHECK: %[[NEXT:.+]] = resnet.add %[[GW1]], %[[G]]
// CHECK: return %[[LOSS]], %[[Y]], %[[NEXT]],

// CHECK-LABEL: func.func @net_update(
// CHECK-SAME: %[[W1:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "parameter",
// CHECK-SAME: %[[G:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "gradient"},
// CHECK-SAME: %[[V:[^:]+]]: tensor<5x4xf32> {resnet.name = "fc1.weight.momentum", resnet.role = "state", resnet.value = dense<0.000000e+00> : tensor<5x4xf32>},
// CHECK-SAME: %[[RATE:[^:]+]]: tensor<f32> {resnet.name = "learning_rate", resnet.role = "setting", resnet.value = dense<0.00999999977> : tensor<f32>},
// CHECK-SAME: %[[M:[^:]+]]: tensor<f32> {resnet.name = "momentum", resnet.role = "setting",
// CHECK-SAME: %[[DECAY:[^:]+]]: tensor<f32> {resnet.name = "weight_decay", resnet.role = "setting",
// CHECK-SAME: %{{[^:]+}}: tensor<f32> {resnet.name = "clip_norm", resnet.role = "setting", resnet.value = dense<0.000000e+00> : tensor<f32>})
// CHECK-SAME: -> (tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "parameter", resnet.updates = 0 : i64},
// CHECK-SAME: tensor<5x4xf32> {resnet.name = "fc1.weight", resnet.role = "gradient", resnet.updates = 4 : i64},
// CHECK-SAME: tensor<5x4xf32> {resnet.name = "fc1.weight.momentum", resnet.role = "state", resnet.updates = 8 : i64},
// CHECK-DAG: %[[ZERO:.+]] = resnet.constant dense<0.000000e+00> : tensor<5x4xf32>
// CHECK-DAG: %[[SCALED:.+]] = resnet.mul %{{.+}}, %[[G]]
// CHECK-DAG: %[[DW:.+]] = resnet.mul %[[DECAY]], %[[W1]]
// CHECK-DAG: %[[DG:.+]] = resnet.add %[[SCALED]], %[[DW]]
// CHECK-DAG: %[[MV:.+]] = resnet.mul %[[M]], %[[V]]
// CHECK-DAG: %[[NV:.+]] = resnet.add %[[MV]], %[[DG]]
// CHECK-DAG: %[[STEP:.+]] = resnet.mul %[[RATE]], %[[NV]]
// CHECK-DAG: %[[NW:.+]] = resnet.sub %[[W1]], %[[STEP]]
// CHECK: return %[[NW]],{{.+}} %[[ZERO]],{{.+}} %[[NV]],

// Nothing is differentiated that leads to frozen parameters alone.
// LAST-LABEL: func.func @net(
// LAST-SAME: "fc2.weight"
// LAST-NOT: "fc1.weight"
// LAST-LABEL: func.func @net_backward(
// LAST: resnet.gemm %{{.+}}, %{{.+}} {trans_a = true} : (tensor<?x3xf32>, tensor<?x5xf32>) -> tensor<3x5xf32>
// LAST-NOT: resnet.gemm
// LAST: return
func.func @net(%x: tensor<?x4xf32> {resnet.name = "x"}) -> (tensor<?x3xf32> {resnet.name = "logits"}) {
  %w1 = resnet.constant dense<0.5> : tensor<5x4xf32> loc("fc1.weight")
  %b1 = resnet.constant dense<0.0> : tensor<5xf32> loc("fc1.bias")
  %w2 = resnet.constant dense<0.25> : tensor<3x5xf32> loc("fc2.weight")
  %b2 = resnet.constant dense<0.0> : tensor<3xf32> loc("fc2.bias")
  %0 = resnet.gemm %x, %w1, %b1 {trans_b = true} : (tensor<?x4xf32>, tensor<5x4xf32>, tensor<5xf32>) -> tensor<?x5xf32>
  %1 = resnet.relu %0 : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %2 = resnet.gemm %1, %w2, %b2 {trans_b = true} : (tensor<?x5xf32>, tensor<3x5xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return %2 : tensor<?x3xf32>
}
