// RUN: resnet-opt %s --resnet-decompose-batch-sums | FileCheck %s

// The mean of plane means; the variance of planes, and of their means.
// CHECK-LABEL: func.func @statistics(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4x6x6xf32>
// CHECK: %[[COUNT:.+]] = resnet.batch_size %[[X]]
// CHECK: %[[MEANS:.+]] = resnet.global_avg_pool %[[X]]
// CHECK: %[[SUM:.+]] = resnet.reduce %[[MEANS]], {{.+}} -> tensor<4xf32>
// CHECK: %[[MEAN:.+]] = resnet.div %[[SUM]], %[[COUNT]]
// CHECK: %[[D:.+]] = resnet.sub %[[X]], %[[MEANS]]
// CHECK: %[[D2:.+]] = resnet.mul %[[D]], %[[D]]
// CHECK: %[[V:.+]] = resnet.global_avg_pool %[[D2]]
// CHECK: %[[ALL:.+]] = resnet.add %{{.+}}, %[[V]]
// CHECK: %[[SUM2:.+]] = resnet.reduce %[[ALL]]
// CHECK: %[[VARIANCE:.+]] = resnet.div %[[SUM2]], %[[COUNT]]
// CHECK: return %[[MEAN]], %[[VARIANCE]]
func.func @statistics(%x: tensor<?x4x6x6xf32>) -> (tensor<4xf32>, tensor<4xf32>) attributes {resnet.training} {
  %mean, %variance = resnet.batch_statistics %x : (tensor<?x4x6x6xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %mean, %variance : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @vectors(
// CHECK-NOT: global_avg_pool
func.func @vectors(%x: tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>) attributes {resnet.training} {
  %mean, %variance = resnet.batch_statistics %x : (tensor<?x4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %mean, %variance : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @sums(
// CHECK-SAME: %[[G:[^:]+]]: tensor<?x4x6x6xf32>, %[[X:[^:]+]]: tensor<?x4x6x6xf32>
// CHECK-DAG: %[[SIZE:.+]] = resnet.constant dense<3.600000e+01> : tensor<f32>
// CHECK-DAG: %[[P:.+]] = resnet.global_avg_pool %[[G]]
// CHECK-DAG: %[[S:.+]] = resnet.reduce %[[P]]
// CHECK-DAG: resnet.mul %[[S]], %[[SIZE]]
// CHECK-DAG: %[[D:.+]] = resnet.sub %[[X]], %{{.+}}
// CHECK-DAG: %[[GD:.+]] = resnet.mul %[[G]], %[[D]]
// CHECK-DAG: resnet.global_avg_pool %[[GD]]
func.func @sums(%g: tensor<?x4x6x6xf32>, %x: tensor<?x4x6x6xf32>, %mean: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) attributes {resnet.training} {
  %sum, %dot = resnet.channel_sums %g, %x, %mean : (tensor<?x4x6x6xf32>, tensor<?x4x6x6xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  return %sum, %dot : tensor<4xf32>, tensor<4xf32>
}

// The smallest input tells the size of the batch.
// CHECK-LABEL: func.func @size(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4x6x6xf32>, %[[LABEL:[^:]+]]: tensor<?xi64>
// CHECK: resnet.batch_size %[[LABEL]] : (tensor<?xi64>) -> tensor<f32>
func.func @size(%x: tensor<?x4x6x6xf32>, %label: tensor<?xi64>) -> tensor<f32> attributes {resnet.training} {
  %y = resnet.relu %x : (tensor<?x4x6x6xf32>) -> tensor<?x4x6x6xf32>
  %n = resnet.batch_size %y : (tensor<?x4x6x6xf32>) -> tensor<f32>
  return %n : tensor<f32>
}

// CHECK-LABEL: func.func @normalize(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4x6x6xf32>
// CHECK-NOT: batch_norm
// CHECK: %[[SCALED:.+]] = resnet.mul %[[X]], %{{.+}} : (tensor<?x4x6x6xf32>, tensor<4x1x1xf32>)
// CHECK: resnet.add %[[SCALED]], %{{.+}} : (tensor<?x4x6x6xf32>, tensor<4x1x1xf32>)
func.func @normalize(%x: tensor<?x4x6x6xf32>, %s: tensor<4xf32>, %o: tensor<4xf32>, %m: tensor<4xf32>, %v: tensor<4xf32>) -> tensor<?x4x6x6xf32> attributes {resnet.training} {
  %y = resnet.batch_norm %x, %s, %o, %m, %v : (tensor<?x4x6x6xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x6x6xf32>
  return %y : tensor<?x4x6x6xf32>
}

// Without training nothing is summed over a batch.
// CHECK-LABEL: func.func @inference(
// CHECK: resnet.batch_norm
func.func @inference(%x: tensor<?x4x6x6xf32>, %s: tensor<4xf32>, %o: tensor<4xf32>, %m: tensor<4xf32>, %v: tensor<4xf32>) -> tensor<?x4x6x6xf32> {
  %y = resnet.batch_norm %x, %s, %o, %m, %v : (tensor<?x4x6x6xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x6x6xf32>
  return %y : tensor<?x4x6x6xf32>
}
