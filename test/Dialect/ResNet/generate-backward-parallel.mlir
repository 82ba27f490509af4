// RUN: resnet-opt %s --resnet-generate-backward=data-parallel=true --canonicalize --cse | FileCheck %s
// RUN: resnet-opt %s --resnet-generate-backward="data-parallel=true sync-batch-norm=true" --canonicalize --cse | FileCheck %s --check-prefix=SYNC
// RUN: resnet-opt %s --resnet-generate-backward="data-parallel=true loss=mse" --canonicalize --cse | FileCheck %s --check-prefix=MSE
// RUN: resnet-opt %s --resnet-generate-backward --canonicalize --cse | FileCheck %s --check-prefix=ALONE

// How many labels count is known of all processes before the loss, which is
// added up when it is there; statistics are each process's own.
// CHECK-LABEL: func.func @net_backward(
// CHECK: resnet.batch_statistics
// CHECK-NOT: resnet.all_reduce
// CHECK: %[[OWN:.+]] = resnet.reduce {{.+}} : (tensor<?xf32>, tensor<1xi64>) -> tensor<f32>
// CHECK-NEXT: %[[COUNT:.+]] = resnet.all_reduce %[[OWN]]
// CHECK: %[[SHARE:.+]] = resnet.div %{{.+}}, %[[COUNT]]
// CHECK: %[[LOSS:.+]] = resnet.all_reduce %[[SHARE]]
// CHECK-NOT: resnet.all_reduce
// CHECK: %[[ABS:.+]] = resnet.abs %[[LOSS]]
// CHECK: return %[[LOSS]],

// With shares of examples as weights: the mean of means, and of variances with the
// squares of distances from it. So are their gradients.
// SYNC-LABEL: func.func @net_backward(
// SYNC: %[[MEAN:.+]], %[[VARIANCE:.+]] = resnet.batch_statistics
// SYNC: %[[N:.+]] = resnet.batch_size
// SYNC: %[[ALL:.+]] = resnet.all_reduce %[[N]]
// SYNC: %[[WEIGHT:.+]] = resnet.div %[[N]], %[[ALL]]
// SYNC: %[[M:.+]] = resnet.mul %[[WEIGHT]], %[[MEAN]]
// SYNC: %[[OFALL:.+]] = resnet.all_reduce %[[M]]
// SYNC: %[[D:.+]] = resnet.sub %[[MEAN]], %[[OFALL]]
// SYNC: %[[D2:.+]] = resnet.mul %[[D]], %[[D]]
// SYNC: %[[S:.+]] = resnet.add %[[VARIANCE]], %[[D2]]
// SYNC: %[[V:.+]] = resnet.mul %[[WEIGHT]], %[[S]]
// SYNC: %[[VOFALL:.+]] = resnet.all_reduce %[[V]]
// SYNC: resnet.batch_norm %{{.+}}, %{{.+}}, %{{.+}}, %[[OFALL]], %[[VOFALL]]
// SYNC-COUNT-4: resnet.all_reduce
// SYNC-NOT: resnet.all_reduce

// MSE-LABEL: func.func @net_backward(
// MSE: %[[N:.+]] = resnet.batch_size %{{.+}} : (tensor<?x5xf32>)
// MSE: resnet.all_reduce %[[N]]

// ALONE-NOT: resnet.all_reduce

func.func @net(%x: tensor<?x3x4x4xf32> {resnet.name = "x"}) -> (tensor<?x5xf32> {resnet.name = "y"}) {
  %w = resnet.constant dense<0.5> : tensor<5x3x1x1xf32> loc("w")
  %scale = resnet.constant dense<1.0> : tensor<5xf32> loc("scale")
  %offset = resnet.constant dense<0.0> : tensor<5xf32> loc("offset")
  %mean = resnet.constant dense<0.0> : tensor<5xf32> loc("mean")
  %variance = resnet.constant dense<1.0> : tensor<5xf32> loc("variance")
  %0 = resnet.conv %x, %w : (tensor<?x3x4x4xf32>, tensor<5x3x1x1xf32>) -> tensor<?x5x4x4xf32>
  %1 = resnet.batch_norm %0, %scale, %offset, %mean, %variance : (tensor<?x5x4x4xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<?x5x4x4xf32>
  %2 = resnet.global_avg_pool %1 : (tensor<?x5x4x4xf32>) -> tensor<?x5x1x1xf32>
  %3 = resnet.flatten %2 {axis = 1 : i64} : (tensor<?x5x1x1xf32>) -> tensor<?x5xf32>
  return %3 : tensor<?x5xf32>
}
