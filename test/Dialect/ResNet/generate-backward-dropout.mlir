// RUN: resnet-opt %s --resnet-generate-backward --canonicalize --cse | FileCheck %s

// Each dropout draws from a stream of its own, and drops the same of its gradient
// as of its value; the next batch draws other numbers. Inference drops nothing.
// CHECK-LABEL: func.func @dropout(
// CHECK-NOT: resnet.dropout
// CHECK-LABEL: func.func @dropout_backward(
// CHECK-SAME: %[[N:[^:]+]]: tensor<?xi64> {resnet.name = "example", resnet.role = "example"},
// CHECK-SAME: %[[R:[^:]+]]: tensor<3xui32> {resnet.name = "random", resnet.role = "random", resnet.value = dense<0> : tensor<3xui32>})
// CHECK-SAME: tensor<3xui32> {resnet.name = "random", resnet.role = "random", resnet.updates = 5 : i64})
// CHECK: %[[ONE:.+]] = resnet.constant dense<[0, 0, 1]> : tensor<3xui32>
// CHECK: resnet.dropout %{{.+}} example %[[N]] random %[[R]] {ratio = 1.000000e-01 : f32}
// CHECK: resnet.dropout %{{.+}} example %[[N]] random %[[R]] {ratio = 2.000000e-01 : f32, stream = 1 : i64}
// CHECK: resnet.dropout %{{.+}} example %[[N]] random %[[R]] {ratio = 2.000000e-01 : f32, stream = 1 : i64}
// CHECK: %[[NEXT:.+]] = resnet.add %[[R]], %[[ONE]]
// CHECK: return {{.+}}, %[[NEXT]]
func.func @dropout(%x: tensor<?x4xf32> {resnet.name = "x"}) -> (tensor<?x3xf32> {resnet.name = "y"}) {
  %w = resnet.constant dense<0.5> : tensor<3x4xf32> loc("w")
  %d = resnet.dropout %x {ratio = 0.1 : f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %p = resnet.gemm %d, %w {trans_b = true} : (tensor<?x4xf32>, tensor<3x4xf32>) -> tensor<?x3xf32>
  %y = resnet.dropout %p {ratio = 0.2 : f32} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
